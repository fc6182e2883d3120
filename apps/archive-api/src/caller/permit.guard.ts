import { type CanActivate, type ExecutionContext, Inject, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Action } from '#archive/access/access-words';
import { AGENCY } from '#archive/access/agency';
import { forbidden, ProblemException } from '../problem.js';
import { accessSubjectOf } from './access-subject.js';
import type { Caller } from './caller.js';
import { type ArchiveAction, firstGate, isOfArchive, isOfNation } from './first-gate.js';
import { KNOWN_HOSPITALS, type KnownHospitals } from './known-hospitals.js';

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
    @Inject(KNOWN_HOSPITALS) private readonly hospitals: KnownHospitals,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const demand = this.reflector.get<Action | typeof OPEN | undefined>(
      DEMAND,
      context.getHandler(),
    );
    if (demand === OPEN) return true;
    const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
    if (demand === undefined || caller === null) throw new ProblemException(forbidden());
    permit(caller, demand);
    const isOfAgency = caller.hospital === AGENCY && isOfNation(demand);
    return isOfArchive(demand) || isOfAgency || this.isOfHospital(caller);
  }

  private isOfHospital({ hospital }: Caller): boolean | Promise<boolean> {
    return this.hospitals.isKnown(hospital) || this.hospitals.look(hospital).then(known);
  }
}

function permit(caller: Caller, action: Action): void {
  if (firstGate(accessSubjectOf(caller), action).outcome === 'permit') return;
  throw new ProblemException(forbidden('No role of this caller permits it.'));
}

function known(found: boolean): boolean {
  if (found) return true;
  throw new ProblemException(forbidden('The organisation of the token is not a hospital here.'));
}
