import type { FastifyRequest } from 'fastify';
import type { PermitStudy } from '../access/permit-study.js';
import type { ReadKind } from '../access/read-kind.js';
import type { AskedRange } from '../byte-ranges.js';
import { callerOf } from '../caller/caller-of.js';
import { claimRoot } from '../claim-root.js';
import { askedOf, dicomWebUrl, rangeOf } from '../request-address.js';
import type { Target } from './locate.js';
import type { Asked } from './representation.js';

/** What a path names; `claim`: in the address of one hospital's claim. */
export type StudyPath = Omit<Target, 'hospital' | 'rejected'> & Readonly<{ claim?: string }>;

/** The roots under which studies have addresses: what a caller's own hospital holds comes first, and each claim has an exact one (design D7). */
export const STUDY_ROOTS = ['dicom-web/studies/:study', 'dicom-web/claims/:claim/studies/:study'];

/** What every retrieve is asked with; `root`: what its addresses begin with. */
export type PermittedRequest<P> = Readonly<{
  target: Omit<P, 'claim'> & Pick<Target, 'hospital' | 'rejected'>;
  root: string;
  asked: Asked;
  ifNoneMatch: string | undefined;
  range: AskedRange | undefined;
}>;

/** Asks the gate for the study of a path. Rejects with what the client is told. */
export async function permittedRequest<P extends StudyPath>(
  permit: PermitStudy,
  request: FastifyRequest,
  { claim: named, ...path }: P,
  kind: ReadKind,
): Promise<PermittedRequest<P>> {
  const study = { study: path.study, ...(named === undefined ? {} : { claim: named }) };
  const { hospital, claim, isExact, rejected } = await permit(callerOf(request), study, kind);
  const root = dicomWebUrl(request);
  return {
    target: { ...path, hospital, rejected },
    root: isExact ? claimRoot(root, claim) : root,
    asked: askedOf(request),
    ifNoneMatch: request.headers['if-none-match'],
    range: rangeOf(request),
  };
}
