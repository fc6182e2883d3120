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
  const again = now?.opposedFrom ?? null;
  const state = await ports.stateOf(claim);
  const reason = withdrawalOf(now, ports.policyInForce());
  if (reason !== undefined || now?.study === undefined) {
    const isGone = state.current === '' && (await ports.keptOf(claim)) === '';
    if (isGone || now === undefined) return { outcome: 'unchanged', again };
    const { hospital } = now.facts;
    const withdraw = {
      kind: 'withdraw',
      hospital,
      claim,
      reason: reason ?? 'nothing-there',
    } as const;
    return { outcome: outcomeOf(await ports.keep(withdraw, [])), again };
  }
  const { hospital } = now.facts;
  const study = { ...now.study, ...ports.placeOf(hospital, claim) };
  return { outcome: await offer(ports, { claim, study, state }), again };
}

const outcomeOf = (changed: boolean) => (changed ? 'changed' : 'unchanged');

const withdrawalOf = (
  now: ClaimNow | undefined,
  policy: AccessPolicy,
): WithdrawalReason | undefined => {
  if (now?.study === undefined) return 'nothing-there';
  return isKnownOutside(now.facts, now.opposed, policy) ? undefined : 'not-shared';
};

type Offered = Readonly<{ claim: string; study: ManifestStudy; state: ManifestState }>;

/** What stands is made again only where its rows or documents are lost: under its own name and moment, so that it is the same. */
async function offer(
  ports: PublishPorts,
  { claim, study, state }: Offered,
): Promise<Published['outcome']> {
  const basis = basisOf(study);
  const stands = state.current !== '' && state.basis === basis;
  if (stands && (await ports.keptOf(claim)) === state.current) return 'unchanged';
  const revision = state.revision + 1;
  const manifest = stands ? state.current : manifestId(claim, revision);
  const madeAt = stands ? state.madeAt : new Date(ports.wallMs()).toISOString();
  const made = await makeDocuments(study, { claim, manifest, madeAt });
  if (made === undefined) return 'unwritable';
  const envelope = {
    ...envelopeOf(
      study,
      made.map(({ document }) => document),
    ),
    basis,
    madeAt,
  };
  const { code: hospital } = study.hospital;
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
