import type { AccessPolicy } from '#archive/access/access-table';
import { isKnownOutside } from '#archive/access/known-outside';
import type { ManifestCommand, ManifestState } from '#archive/manifest/manifest-decider';
import type { ManifestStudy } from '#archive/manifest/manifest-study';
import { textOf } from '#archive/manifest/manifest-study';
import type { ManifestDocument, WithdrawalReason } from '#archive/manifest-events';
import { basisOf, type MadeDocument, makeDocuments, manifestId } from './make-documents.js';
import type { ClaimNow } from './read-claim.js';

/** Decides, appends, and keeps rows and documents in one transaction; answers whether there was anything to say. */
export type KeepManifest = (
  command: ManifestCommand,
  documents: readonly MadeDocument[],
) => Promise<boolean>;

export type PublishPorts = Readonly<{
  read: (claim: string) => Promise<ClaimNow | undefined>;
  policyInForce: () => AccessPolicy;
  /** What the log says of the claim's manifest. */
  stateOf: (claim: string) => Promise<ManifestState>;
  /** The manifest whose row counts, when its documents are there too; '' when none does. */
  keptOf: (claim: string) => Promise<string>;
  keep: KeepManifest;
  /** Where DICOMweb retrieves a claim, and the UID of that place. */
  placeOf: (hospital: string, claim: string) => Pick<ManifestStudy, 'root' | 'location'>;
  /** Milliseconds since 1970. */
  wallMs: () => number;
}>;

/** `changed`: a fact was recorded. `unwritable`: its data sets say what no document can. `again`: when it has to be looked at without anything else happening. */
export type Published = Readonly<{
  outcome: 'changed' | 'unchanged' | 'unwritable';
  again: Date | null;
}>;

/** Makes the manifest of a claim what rows say it should be now. Again, it does nothing; a crash in between leaves nothing half done. */
export async function publishManifest(ports: PublishPorts, claim: string): Promise<Published> {
  const now = await ports.read(claim);
  if (now === undefined) return { outcome: 'unchanged', again: null };
  const { hospital } = now.facts;
  const state = await ports.stateOf(claim);
  const asked = { claim, hospital, state };
  const reason = withdrawalOf(now, ports.policyInForce());
  const outcome =
    reason !== undefined || now.study === undefined
      ? await withdraw(ports, asked, reason ?? 'nothing-there')
      : await offer(ports, asked, { ...now.study, ...ports.placeOf(hospital, claim) });
  return { outcome, again: now.opposedFrom };
}

function withdrawalOf(now: ClaimNow, policy: AccessPolicy): WithdrawalReason | undefined {
  if (!isKnownOutside(now.facts, now.opposed, policy)) return 'not-shared';
  if (now.isTooLarge) return 'not-writable';
  return now.study === undefined ? 'nothing-there' : undefined;
}

type Outcome = Published['outcome'];
type AskedClaim = Readonly<{ claim: string; hospital: string; state: ManifestState }>;

const outcomeOf = (changed: boolean): Outcome => (changed ? 'changed' : 'unchanged');

/** What is gone from the log and the rows needs no fact. */
async function withdraw(
  ports: PublishPorts,
  { claim, hospital, state }: AskedClaim,
  reason: WithdrawalReason,
): Promise<Outcome> {
  const isGone = state.current === '' && (await ports.keptOf(claim)) === '';
  const done = !isGone && (await ports.keep({ kind: 'withdraw', hospital, claim, reason }, []));
  return reason === 'not-writable' ? 'unwritable' : outcomeOf(done);
}

/** What stands is made again only where its rows or documents are lost: under its own name and moment, so that it is the same. */
async function offer(
  ports: PublishPorts,
  asked: AskedClaim,
  study: ManifestStudy,
): Promise<Outcome> {
  const { claim, hospital, state } = asked;
  const basis = basisOf(study);
  const stands = state.current !== '' && state.basis === basis;
  if (stands && (await ports.keptOf(claim)) === state.current) return 'unchanged';
  const revision = state.revision + 1;
  const manifest = stands ? state.current : manifestId(claim, revision);
  const madeAt = stands ? state.madeAt : new Date(ports.wallMs()).toISOString();
  const made = await makeDocuments(study, { claim, manifest, madeAt });
  if (made === undefined) return withdraw(ports, asked, 'not-writable');
  const documents = made.map(({ document }) => document);
  const envelope = { ...envelopeOf(study, documents), basis, madeAt };
  const command = { kind: 'offer', hospital, claim, manifest, revision, envelope } as const;
  return outcomeOf(await ports.keep(command, made));
}

/** By what a manifest is found, and its documents. */
const envelopeOf = (
  { attributes, modalities, regions }: ManifestStudy,
  documents: readonly ManifestDocument[],
) => ({
  study: textOf(attributes, '0020000D'),
  started: textOf(attributes, '00080020'),
  startedTime: textOf(attributes, '00080030'),
  timezone: textOf(attributes, '00080201'),
  accession: textOf(attributes, '00080050'),
  description: textOf(attributes, '00081030'),
  modalities,
  regions,
  documents,
});
