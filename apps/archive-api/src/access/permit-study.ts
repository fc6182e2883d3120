import type { AccessPersonal, AccessSubject, RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import { whoseRights } from '#archive/access/decide-access';
import { isUid } from '#dicom/uid';
import type { ClaimStanding, StandingOf, StudyNamed, WhoAsks } from '#index/study-standing';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import { forbidden, goneForGood, notFound, ProblemException } from '../problem.js';
import type { PermittedHospital } from '../retrieve/locate.js';
import { type ClaimChoice, chooseClaim } from './choose-claim.js';
import { type KeptStandings, keptStandings } from './kept-standings.js';
import { ACTION_OF_KIND, type ReadKind } from './read-kind.js';
import { asRejected, type RejectedShown, rejectedShown } from './rejected-shown.js';

export const PERMIT_STUDY = Symbol('PermitStudy');

/** A claim that the caller may see, by its custodian. `isExact`: it was asked for by its own address, or is of another hospital than the caller's: its resources go under its own address. */
export type PermittedClaim = Readonly<{
  hospital: PermittedHospital;
  claim: string;
  isExact: boolean;
  /** What is shown of rejected instances; undefined: none. */
  rejected?: RejectedShown | undefined;
}>;

/**
 * The one gate to pixels and metadata (design D11): finds the claims of a study, decides, writes the decision down, and resolves when that is durable.
 * Rejects with 404 for what is not there and for what the caller may not know of, with the same work done; 410 for what was disposed of
 * and could have been seen; 403 for a file-set of what may be seen and not exported.
 */
export type PermitStudy = (
  caller: Caller,
  named: StudyNamed,
  kind: ReadKind,
) => Promise<PermittedClaim>;

export type PermitPorts = Readonly<{
  standingOf: StandingOf;
  policyInForce: () => AccessPolicy;
  recordAccess: RecordAccess;
  /** Whether a crisis keeps the hospital's data in. */
  isExportFrozen: (hospital: string) => boolean;
  /** Roles that see, at their own hospital, what was rejected for its quality; left out: none. */
  qualityShownTo?: (hospital: string) => readonly string[];
  nowMs: () => number;
}>;

/** One request for a study; `who`: whose rights count; `onlyPerson`: only a study of this one is there for it. */
type Asking = Readonly<{
  subject: AccessSubject;
  personal: AccessPersonal;
  who: WhoAsks;
  policy: AccessPolicy;
  named: StudyNamed;
  kind: ReadKind;
  onlyPerson: string | undefined;
}>;

export function permitStudy(ports: PermitPorts): PermitStudy {
  const kept = keptStandings(ports.nowMs);
  return async (caller, named, kind) => {
    if (!isSound(named)) throw new ProblemException(notFound());
    const subject = accessSubjectOf(caller);
    const policy = ports.policyInForce();
    const who = whoseRights(subject, policy) ?? subject;
    const personal = { ...personalOf(caller), study: named.study };
    const { onlyPerson } = caller;
    const asking = { subject, personal, who, policy, named, kind, onlyPerson };
    const known = chosen(asking, kept.get(who, named) ?? []);
    const isKnown = known.outcome === 'permit';
    const found = isKnown ? known : await lookUp(ports, kept, asking);
    const choice = unlessFrozen(ports, asking, found);
    await record(ports, asking, choice);
    const permitted = permittedOf(asking, choice);
    return { ...permitted, rejected: shownOf(ports, asking, choice) };
  };
}

const CLAIM = /^[0-9a-f]{32}$/;

const isSound = ({ study, claim }: StudyNamed): boolean =>
  isUid(study) && (claim === undefined || CLAIM.test(claim));

const chosen = (
  { subject, policy, kind, onlyPerson }: Asking,
  claims: readonly ClaimStanding[],
  action = ACTION_OF_KIND[kind],
): ClaimChoice => {
  const isShown = ({ facts }: ClaimStanding) =>
    onlyPerson === undefined || (facts.person !== '' && facts.person === onlyPerson);
  return chooseClaim(subject, action, claims.filter(isShown), policy);
};

type Choice = ClaimChoice & Readonly<{ isSeen?: boolean }>;

async function lookUp(
  { standingOf, nowMs }: PermitPorts,
  kept: KeptStandings,
  asking: Asking,
): Promise<Choice> {
  const { who, named, kind } = asking;
  const lookedAtMs = nowMs();
  const claims = await standingOf(who, named);
  const choice = chosen(asking, claims);
  if (isSettled(choice, asking)) kept.set(who, named, { claims, lookedAtMs });
  if (kind === 'file-set')
    return { ...choice, isSeen: chosen(asking, claims, 'retrieve').outcome === 'permit' };
  if (choice.outcome !== 'deny' || kind === 'manifest') return choice;
  const inquiry = chosen(asking, asRejected(claims));
  return inquiry.outcome === 'permit' ? inquiry : choice;
}

const NOBODY = () => [];

const shownOf = (
  { qualityShownTo = NOBODY }: PermitPorts,
  { subject, policy }: Asking,
  { claim }: ClaimChoice,
): RejectedShown | undefined => {
  const rights = whoseRights(subject, policy);
  if (rights === undefined || claim === undefined) return undefined;
  return rejectedShown(rights, claim, qualityShownTo);
};

/** In a crisis nothing of the hospital, nor anything for its people, goes out as a file-set. */
function unlessFrozen(
  { isExportFrozen }: PermitPorts,
  { who, kind }: Asking,
  choice: Choice,
): Choice {
  const hospitals = [choice.claim?.hospital ?? '', who.organisation];
  const isHeld =
    kind === 'file-set' && choice.outcome === 'permit' && hospitals.some(isExportFrozen);
  if (!isHeld) return choice;
  const { version } = choice.decision;
  const decision = { outcome: 'deny', rule: 'exports-frozen', version, obligations: [] } as const;
  return { ...choice, outcome: 'deny', decision, isSeen: true };
}

/** The own hospital's claim goes before the one of another that was shown, as soon as there is one: such a look is not kept. */
const isSettled = ({ outcome, claim }: ClaimChoice, { who, named }: Asking): boolean =>
  outcome === 'permit' && (named.claim !== undefined || claim?.hospital === who.organisation);

function permittedOf({ who, named }: Asking, { outcome, claim, isSeen }: Choice): PermittedClaim {
  if (outcome === 'gone') throw new ProblemException(goneForGood());
  if (outcome === 'deny' && isSeen === true)
    throw new ProblemException(forbidden('It may be seen, not exported.'));
  if (outcome === 'deny' || claim === undefined) throw new ProblemException(notFound());
  const isExact = named.claim !== undefined || claim.hospital !== who.organisation;
  return { hospital: claim.hospital as PermittedHospital, claim: claim.claim, isExact };
}

async function record(
  { recordAccess }: PermitPorts,
  { subject, personal, kind }: Asking,
  { outcome, claim, decision }: ClaimChoice,
): Promise<void> {
  await recordAccess({
    subject,
    action: ACTION_OF_KIND[kind],
    outcome: outcome === 'permit' ? 'permit' : 'deny',
    rule: decision.rule,
    policyVersion: decision.version,
    obligations: decision.obligations,
    claim: claim?.claim ?? null,
    hospital: claim?.hospital ?? null,
    person: claim?.person || null,
    kind,
    personal,
  });
}
