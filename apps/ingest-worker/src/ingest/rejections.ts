import type { Held, SentAgain } from '#archive/intake/decide-intake';
import type { NoteFault } from '#archive/rejection/rejection-note';
import type { Findable } from '#index/findable';
import type { OpaqueIds } from '#index/opaque-ids';
import { toRejectedRow } from '#index/rejected-row';
import type { ReadPart } from './read-part.js';
import { reservationKey } from './reservations.js';

type Naming = Readonly<{ ids: Pick<OpaqueIds, 'claim' | 'series' | 'instance'> }>;

/** Keys of the reservations of what rejection notes name. */
export const keysOfNotes = ({ ids }: Naming, parts: readonly ReadPart[]): readonly string[] =>
  parts.flatMap(({ job, note }) =>
    [...(note?.series.values() ?? [])].flatMap((uids) =>
      [...uids].map((uid) => ids.instance(job.hospital, uid).toString('hex')),
    ),
  );

/** A note rejects what is of its own study, in the series that it says; what isn't there yet may come. */
export function noteFault(
  { ids }: Naming,
  held: ReadonlyMap<string, Held>,
  { job: { hospital }, note, arrival }: ReadPart,
): NoteFault | undefined {
  for (const [seriesUid, uids] of note?.series ?? []) {
    const series = ids.series(hospital, arrival.identity.study, seriesUid);
    for (const uid of uids) {
      const named = held.get(ids.instance(hospital, uid).toString('hex'));
      if (named !== undefined && named.claim !== arrival.claim) return 'note-other-study';
      if (named !== undefined && named.series !== series) return 'note-unclear';
    }
  }
  return undefined;
}

export type RejectedPorts = Readonly<{
  ids: OpaqueIds;
  findable: Pick<Findable, 'rows'>;
  /** What becomes of rejected instances that are sent again, by the settings of their hospital. */
  sentAgainOf: (hospital: string) => Promise<SentAgain>;
}>;

/** What is held, with what becomes of those that were rejected and come again. */
export async function withRejected(
  { ids, findable, sentAgainOf }: RejectedPorts,
  held: ReadonlyMap<string, Held>,
  parts: readonly ReadPart[],
): Promise<ReadonlyMap<string, Held>> {
  const again = parts.filter((part) => held.has(reservationKey(ids, part)));
  if (again.length === 0) return held;
  const rejected = await readRejected(findable, again);
  if (rejected.size === 0) return held;
  const marked = new Map(held);
  for (const part of again) {
    const key = reservationKey(ids, part);
    const known = marked.get(key);
    const isRejected = rejected.get(part.arrival.series)?.has(part.arrival.identity.instance);
    if (known !== undefined && isRejected === true)
      marked.set(key, { ...known, rejected: await sentAgainOf(part.job.hospital) });
  }
  return marked;
}

async function readRejected(
  findable: Pick<Findable, 'rows'>,
  parts: readonly ReadPart[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await findable.rows({
    name: 'rejected-of-series',
    text: 'select series, claim, hospital, rejections from {schema}.rejected where series = any($1)',
    values: [[...new Set(parts.map(({ arrival }) => arrival.series))]],
  });
  return new Map(
    rows
      .map(toRejectedRow)
      .map(({ series, rejections }) => [
        series,
        new Set(rejections.flatMap(({ instances }) => instances)),
      ]),
  );
}
