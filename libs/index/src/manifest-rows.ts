import type { ManifestEnvelope, ManifestEvent } from '#archive/manifest-events';
import { columnText, momentText } from './header-json.js';

/** One row of `manifests`. */
export type ManifestRow = Readonly<{
  manifest: string;
  claim: string;
  hospital: string;
  revision: number;
  status: 'current' | 'superseded';
  replaced: string;
  made_at: string;
  basis: string;
  study_uid: string;
  started: string;
  started_time: string;
  timezone: string;
  accession: string;
  description: string;
  modalities: readonly string[];
  regions: readonly string[];
  uids: readonly string[];
  documents: string;
}>;

/** What facts do to the rows: first all rows of some claims go, then some are added, then some are superseded. */
export type ManifestChanges = Readonly<{
  withdrawn: readonly string[];
  added: readonly ManifestRow[];
  superseded: readonly string[];
}>;

/** Pure; facts of one claim stand in the order of its stream. What a destroyed key has sealed makes no row. */
export function manifestChanges(facts: readonly ManifestEvent[]): ManifestChanges {
  const lastWithdrawal = new Map<string, number>();
  for (const [at, { type, data }] of facts.entries())
    if (type === 'ManifestWithdrawn') lastWithdrawal.set(data.claim, at);
  const standing = facts.filter(({ data }, at) => at > (lastWithdrawal.get(data.claim) ?? -1));
  return {
    withdrawn: [...lastWithdrawal.keys()],
    added: standing.flatMap(rowsOf),
    superseded: standing.map(replacedBy).filter((manifest) => manifest !== ''),
  };
}

const replacedBy = ({ type, data }: ManifestEvent): string =>
  type === 'ManifestReplaced' ? data.replaced : '';

const rowsOf = (fact: ManifestEvent): readonly ManifestRow[] =>
  fact.type === 'ManifestWithdrawn' || fact.personal === undefined
    ? []
    : [rowOf({ ...fact.data, replaced: replacedBy(fact) }, fact.personal)];

type Published = Readonly<{
  manifest: string;
  claim: string;
  hospital: string;
  revision: number;
  replaced: string;
}>;

const rowOf = (
  { manifest, claim, hospital, revision, replaced }: Published,
  envelope: ManifestEnvelope,
): ManifestRow => ({
  ...{ manifest, claim, hospital, revision, status: 'current', replaced },
  made_at: envelope.madeAt,
  basis: envelope.basis,
  study_uid: columnText(envelope.study),
  started: momentText(envelope.started),
  started_time: momentText(envelope.startedTime),
  timezone: momentText(envelope.timezone),
  accession: columnText(envelope.accession),
  description: columnText(envelope.description),
  modalities: envelope.modalities.map(columnText),
  regions: envelope.regions,
  uids: [...new Set(envelope.documents.map(({ uid }) => uid))].sort(),
  documents: JSON.stringify(envelope.documents),
});
