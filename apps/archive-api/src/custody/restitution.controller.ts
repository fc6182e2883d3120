import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import { decideAction } from '#archive/access/decide-access';
import { PACKAGE_FORMAT } from '#evidence/package-format';
import type { PackageSource, StudyToGive } from '#evidence/write-package';
import { writePackage } from '#evidence/write-package';
import { type Answer, sendAnswer } from '../answer.js';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { readJson } from '../governance/read-json.js';
import { forbidden, notFound, overloaded, ProblemException } from '../problem.js';
import { restitutionBody } from './restitution-routes.js';

export const RESTITUTION = Symbol('Restitution');

/** What the route of packages is given. */
export type RestitutionDesk = Omit<PackageSource, 'studies' | 'ended'> &
  Readonly<{
    studies: (hospital: string, claim: string | undefined) => AsyncIterable<StudyToGive>;
    isOf: (hospital: string, claim: string) => Promise<boolean>;
    /** A crisis lets nothing of the hospital out. */
    isFrozen: (hospital: string) => boolean;
    policyInForce: () => AccessPolicy;
    recordAccess: RecordAccess;
    /** Milliseconds since 1970. */
    wallMs: () => number;
  }>;

/** Packages that one process makes at once. */
const PACKAGES_MAX = 2;
const BUSY_RETRY_SECONDS = 60;

/** Gives a hospital back what it deposited. */
@Controller('governance/restitutions')
export class RestitutionController {
  private making = 0;

  constructor(@Inject(RESTITUTION) private readonly desk: RestitutionDesk) {}

  @Demands('restitute')
  @Post()
  async give(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { claim } = await readJson(request, reply, restitutionBody);
    const caller = callerOf(request);
    if (this.desk.isFrozen(caller.hospital))
      throw new ProblemException(forbidden('Nothing of the hospital is taken out in its crisis.'));
    if (claim !== undefined && !(await this.desk.isOf(caller.hospital, claim)))
      throw new ProblemException(notFound());
    if (this.making >= PACKAGES_MAX) throw new ProblemException(overloaded(BUSY_RETRY_SECONDS));
    this.making++;
    try {
      await sendAnswer(reply, this.answer(caller, claim));
    } finally {
      this.making--;
    }
  }

  private answer(caller: Caller, claim: string | undefined): Answer {
    const { proofsOf, sealOf, signer, wallMs } = this.desk;
    const { hospital } = caller;
    const scope = claim === undefined ? 'hospital' : 'study';
    const madeAt = new Date(wallMs()).toISOString();
    const source = { studies: this.recorded(caller, claim), proofsOf, sealOf, signer };
    return {
      status: 200,
      headers: {
        'content-type': 'application/x-tar',
        'content-disposition': 'attachment; filename="restitution.tar"',
        'cache-control': 'no-store',
      },
      body: writePackage({ format: PACKAGE_FORMAT, hospital, scope, madeAt }, source),
    };
  }

  /** Each study is written down as taken out before its first byte leaves. */
  private async *recorded(caller: Caller, claim: string | undefined): AsyncGenerator<StudyToGive> {
    const subject = accessSubjectOf(caller);
    const { studies, policyInForce, recordAccess } = this.desk;
    for await (const study of studies(caller.hospital, claim)) {
      const decision = decideAction(subject, 'restitute', caller.hospital, policyInForce());
      if (decision.outcome === 'deny') throw new Error('who gives back may not any more');
      await recordAccess({
        subject,
        action: 'restitute',
        outcome: 'permit',
        rule: decision.rule,
        policyVersion: decision.version,
        obligations: decision.obligations,
        claim: study.claim,
        hospital: caller.hospital,
        person: null,
        kind: 'study',
        personal: personalOf(caller),
      });
      yield study;
    }
  }
}
