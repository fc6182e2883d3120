import type { DecidedPart } from './decide-slice.js';
import type { ReadPart } from './read-part.js';

/** New instances of one series of one study: what becomes one `InstancesStored` (design D4). */
export type StoredGroup = Readonly<{
  hospital: string;
  claim: string;
  series: string;
  studyUid: string;
  seriesUid: string;
  parts: readonly ReadPart[];
}>;

/** Groups in the order of their first part, so that a repeat of the same slice makes the same facts. */
export function groupStored(decided: readonly DecidedPart[]): readonly StoredGroup[] {
  const groups = new Map<string, StoredGroup & { parts: ReadPart[] }>();
  for (const { read, decision } of decided) {
    if (decision.outcome !== 'store' || !('arrival' in read)) continue;
    const { claim, series, identity } = read.arrival;
    const group = groups.get(series) ?? {
      hospital: read.job.hospital,
      claim,
      series,
      studyUid: identity.study,
      seriesUid: identity.series,
      parts: [],
    };
    group.parts.push(read);
    groups.set(series, group);
  }
  return [...groups.values()];
}
