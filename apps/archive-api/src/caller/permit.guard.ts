import { type CanActivate, type ExecutionContext, Inject, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Action } from '#archive/access/access-words';
import { AGENCY } from '#archive/access/agency';
import { forbidden, ProblemException } from '../problem.js';
import { accessSubjectOf } from './access-subject.js';
import { IDENTIFY, type Identify } from './authenticate.js';
import type { Caller } from './caller.js';
import { type ArchiveAction, firstGate, isOfArchive, isOfNation } from './first-gate.js';
import { HOSPITAL_REGISTRY, type HospitalRegistry } from './hospital-registry.js';

const DEMAND = 'demand';
const OPEN = 'open';

/** The route does `action` to what the caller's own hospital holds. */
export const Demands = (action: Exclude<Action, ArchiveAction>) => SetMetadata(DEMAND, action);

/** The route is about the running archive or the nation, nobody's data. */
export const DemandsOfArchive = (action: ArchiveAction) => SetMetadata(DEMAND, action);

/** The route needs no caller. */
export const Open = () => SetMetadata(DEMAND, OPEN);

/** Asks the one access decision before any handler runs; a route that demands nothing by name is denied. */
export class PermitGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(HOSPITAL_REGISTRY) private readonly registry: HospitalRegistry,
    @Inject(IDENTIFY) private readonly identify: Identify,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const demand = this.reflector.get<Action | typeof OPEN | undefined>(
      DEMAND,
      context.getHandler(),
    );
    if (demand === OPEN) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller } = request;
    if (demand === undefined || caller === null) throw new ProblemException(forbidden());
    permit(caller, demand);
    return isOfArchive(demand) || this.inHospital(request, caller, demand);
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
    const isOfAgency = hospital === AGENCY && isOfNation(action);
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
    request.caller = found.caller;
    permit(found.caller, action);
    return true;
  }
}

function permit(caller: Caller, action: Action): void {
  if (firstGate(accessSubjectOf(caller), action).outcome === 'permit') return;
  throw new ProblemException(forbidden('No role of this caller permits it.'));
}
