import { hash } from 'node:crypto';
import { madeJob } from './made-job.mjs';

const decisionsMax = 5;
const extractHeadBytes = 700;
const extractInstanceBytes = 60;

/**
 * Brings studies `first` to `first + count - 1` into the archive: slices as the ingest worker cuts them, its decision, its transaction of facts,
 * findable rows and reservations. Slices that were committed before are passed over. Answers with what was made.
 */
export async function fillBlock({ first, count }, { ingest, code, plan }) {
  const made = Array.from({ length: count }, (_, at) =>
    madeJob(first + at, { plan, code, ids: ingest.ids }),
  );
  const reads = new Map(made.flatMap((one) => [...one.reads]));
  const jobsOf = (whole) => made.filter((one) => one.whole === whole).map(({ job }) => job);
  for (const slice of code.slices(jobsOf(false)))
    await fillSlice(slice, { ingest, code, reads, write: nameExtracts });
  for (const slice of code.slices(jobsOf(true)))
    await fillSlice(slice, { ingest, code, reads, write: code.writeExtracts });
  return {
    studies: count,
    series: made.reduce((sum, { series }) => sum + series, 0),
    instances: reads.size,
  };
}

async function fillSlice(slice, { ingest, code, reads, write }) {
  const own = slice.parts.map(({ part }) => reads.get(part));
  const keyOf = (read) => code.reservationKey(ingest.ids, read);
  for (let decision = 0; decision < decisionsMax; decision += 1) {
    const held = await code.readReservations(ingest.pool, [...new Set(own.map(keyOf))]);
    if (held.size === own.length) return;
    const known = { held, keyOf, isOther: () => false, isDisposed: () => false };
    const decided = await code.decideSlice(own, { ...known, noteFaultOf: () => undefined });
    const written = await write({ ...ingest, code }, code.groupStored(decided));
    const commit = { slice, decided, finished: [], rejections: [], ...written };
    if ((await code.commitSlice(ingest, commit)) === 'committed') return;
  }
  throw new Error(`a slice was still in conflict after ${decisionsMax} decisions`);
}

/** Names extracts as the worker does, without the bytes: keys are made, facts and places are whole. */
async function nameExtracts({ keys, code }, groups) {
  await keys.ensure([...new Set(groups.map(({ claim }) => claim))]);
  let offset = 0;
  const entries = groups.map(({ parts }) => {
    const bytes = extractHeadBytes + extractInstanceBytes * parts.length;
    const entry = { sha256: hash('sha256', `extract ${parts[0].sha256}`), offset, bytes };
    offset += bytes;
    return entry;
  });
  const pack = code.uuid5(groups[0].parts[0].job.id, `extract-${groups[0].parts[0].part}`);
  const extracts = groups.map((group, at) => {
    const { sha256, bytes } = entries[at];
    return { group, content: { sha256, bytes } };
  });
  return {
    extracts,
    extractPack: { pack, key: code.packKey('extract', pack), bytes: offset, entries },
  };
}
