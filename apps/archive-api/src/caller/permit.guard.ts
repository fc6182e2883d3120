import { type CanActivate, type ExecutionContext, Inject, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import type { Action } from '#archive/access/access-words';
import { AGENCY } from '#archive/access/agency';
import type { AccessDecision } from '#archive/access/decide-access';
import { personalOf } from '../audit/personal-of.js';
import { forbidden, ProblemException } from '../problem.js';
import { accessSubjectOf } from './access-subject.js';
import { IDENTIFY, type Identify } from './authenticate.js';
import type { Caller } from './caller.js';
import { callerOf } from './caller-of.js';
import { type ArchiveAction, firstGate, isOfArchive, isOfNation } from './first-gate.js';
import { HOSPITAL_REGISTRY, type HospitalRegistry } from './hospital-registry.js';
import { BEYOND_SCOPES, beyondScopes, withinScopes } from './within-scopes.js';

export const GATE = Symbol('Gate');

/** The table that decides at this moment, and who writes down what was decided. */
export type Gate = Readonly<{ policyInForce: () => AccessPolicy; recordAccess: RecordAccess }>;

const DEMAND = 'demand';
const OPEN = 'open';
const CDS_CLIENT = 'cds-client';

/** The route does `action` to what the caller's own hospital holds. */
export const Demands = (action: Exclude<Action, ArchiveAction>) => SetMetadata(DEMAND, action);

/** The route is about the running archive or the nation, nobody's data. */
export const DemandsOfArchive = (action: ArchiveAction) => SetMetadata(DEMAND, action);

/** The route needs no caller. */
export const Open = () => SetMetadata(DEMAND, OPEN);

/** The route is for clients of CDS Hooks: a guard of theirs lets them in, and what they ask in the name of a clinician is decided there. */
export const DemandsCdsClient = () => SetMetadata(DEMAND, CDS_CLIENT);

/** What is written down where it is decided, study by study or with what was found; and what is nobody's data. All else is written down here. */
const RECORDED_ELSEWHERE: readonly Action[] = [
  'search',
  'read-metadata',
  'retrieve',
  'export',
  'read-metrics',
];

/** The template of the route that the request has reached. */
const routeOf = ({ routeOptions }: FastifyRequest): string => routeOptions.url ?? '';

/** Asks the one access decision before any handler runs, and writes it down; a route that demands nothing by name is denied. */
export class PermitGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(HOSPITAL_REGISTRY) private readonly registry: HospitalRegistry,
    @Inject(IDENTIFY) private readonly identify: Identify,
    @Inject(GATE) private readonly gate: Gate,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const demand = this.reflector.get<Action | typeof OPEN | typeof CDS_CLIENT | undefined>(
      DEMAND,
      context.getHandler(),
    );
    if (demand === OPEN || demand === CDS_CLIENT) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller } = request;
    if (demand === undefined || caller === null) throw new ProblemException(forbidden());
    const decision = this.firstGate(caller, demand);
    if (decision.outcome === 'deny') return this.denied(caller, demand, decision);
    const within = withinScopes(caller, demand, routeOf(request));
    if (within === undefined) return this.denied(caller, demand, beyondScopes(decision));
    request.caller = within;
    const isThere = demand === 'read-metrics' || this.inHospital(request, caller, demand);
    if (RECORDED_ELSEWHERE.includes(demand)) return isThere;
    return this.permitted(isThere, request, demand);
  }

  private firstGate(caller: Caller, action: Action): AccessDecision {
    return firstGate(accessSubjectOf(caller), action, this.gate.policyInForce());
  }

  /** Under the caller that was found in the end. */
  private async permitted(
    isThere: boolean | Promise<boolean>,
    request: FastifyRequest,
    action: Action,
  ): Promise<boolean> {
    await isThere;
    const caller = callerOf(request);
    await this.record(caller, action, this.firstGate(caller, action));
    return true;
  }

  private async denied(caller: Caller, action: Action, decision: AccessDecision): Promise<never> {
    await this.record(caller, action, decision);
    const isOfScopes = decision.rule === BEYOND_SCOPES;
    throw new ProblemException(
      forbidden(
        isOfScopes ? 'No scope of the token lets it.' : 'No role of this caller permits it.',
      ),
    );
  }

  private record(caller: Caller, action: Action, decision: AccessDecision): Promise<void> {
    return this.gate.recordAccess({
      subject: accessSubjectOf(caller),
      action,
      outcome: decision.outcome,
      rule: decision.rule,
      policyVersion: decision.version,
      obligations: decision.obligations,
      claim: null,
      hospital: isOfArchive(action) ? null : caller.hospital,
      person: null,
      kind: 'request',
      personal: personalOf(caller),
    });
  }

  private inHospital(
    request: FastifyRequest,
    caller: Caller,
    action: Action,
  ): boolean | Promise<boolean> {
    if (this.registry.isFresh() && this.isKnown(caller, action)) return true;
    return this.lookedUp(request, caller, action);
  }

  private isKnown({ hospital }: Caller, action: Action): boolean {
    const isOfAgency = hospital === AGENCY && (isOfNation(action) || isOfArchive(action));
    return isOfAgency || this.registry.find(hospital) !== undefined;
  }

  /** What was seen too long ago is looked at again, and a hospital that isn't known is looked for; then the request is read anew. */
  private async lookedUp(
    request: FastifyRequest,
    caller: Caller,
    action: Action,
  ): Promise<boolean> {
    await this.registry.look(this.isKnown(caller, action) ? undefined : 'all');
    if (!this.isKnown(caller, action))
      throw new ProblemException(
        forbidden('The organisation of the token is not a hospital here.'),
      );
    const found = await this.identify(request);
    if (!found.ok) throw new ProblemException(found.problem);
    const within = withinScopes(found.caller, action, routeOf(request));
    request.caller = within ?? found.caller;
    const decision = this.firstGate(found.caller, action);
    if (within === undefined) return this.denied(found.caller, action, beyondScopes(decision));
    return decision.outcome === 'permit' || this.denied(found.caller, action, decision);
  }
}
