import { setTimeout as delay } from 'node:timers/promises';
import { OperatorFault } from '#platform/operator-fault';
import type { Terminal } from '../command.js';
import { type FoundFile, findFiles } from './find-files.js';
import { inBatches } from './in-batches.js';
import { type HashedFile, hashFile, type LandTo, landBatch, type Sent } from './land-batch.js';
import { newTally, type Tally } from './tally.js';

/** Jobs of this import that may wait for the workers at once. */
const WAITING_JOBS_MAX = 8;
/** An import leaves more room than the edge needs to go on taking stores. */
const FREE_BYTES_MIN = 4 * 1024 ** 3;
const POLL_MS = 250;
/** Every ten seconds of waiting it's told for what. */
const TOLD_POLLS = 40;
/** Ten minutes without a receipt, or without room on the disk. */
const IDLE_POLLS_MAX = 2_400;

/** Brings files into the archive, batch by batch, and waits for what the workers say of each. */
export async function importFiles(
  to: LandTo,
  paths: readonly string[],
  terminal: Terminal,
): Promise<Tally> {
  const tally = newTally(terminal);
  const waiting: Sent[] = [];
  const underway = { to, waiting, tally, terminal };
  for await (const batch of inBatches(dicomFiles(paths, tally))) {
    await awaitRoom(underway, bytesOf(batch));
    const files = await hashed(batch, tally);
    if (files.length > 0) waiting.push(await landBatch(to, files));
    await collect(underway);
    terminal.progress(progressOf(tally, waiting));
  }
  await awaitWhile(underway, async () =>
    waiting.length > 0 ? 'waiting for the workers' : undefined,
  );
  return tally;
}

async function* dicomFiles(paths: readonly string[], tally: Tally): AsyncGenerator<FoundFile> {
  for await (const found of findFiles(paths)) {
    if ('skipped' in found) tally.add(found.path, 'skipped', found.skipped);
    else if ('failed' in found) tally.add(found.path, 'failed', found.failed);
    else yield found;
  }
}

const bytesOf = (files: readonly FoundFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);

const hashed = async (batch: readonly FoundFile[], tally: Tally) => {
  const files: HashedFile[] = [];
  for (const found of batch) {
    const file = await hashFile(found);
    if (file === undefined) tally.add(found.path, 'failed', 'unreadable');
    else files.push(file);
  }
  return files;
};

const progressOf = (tally: Tally, waiting: readonly Sent[]) => {
  const sent = waiting.reduce((sum, { files }) => sum + files.length, 0);
  const done = tally.count('stored', 'the same already');
  return `${done} in the archive, ${sent} on their way, ${tally.count('kept aside', 'refused', 'failed')} not stored`;
};

type Underway = Readonly<{ to: LandTo; waiting: Sent[]; tally: Tally; terminal: Terminal }>;

/** Back-pressure: an import takes neither all of the workers nor the last of the disk. */
const awaitRoom = (underway: Underway, bytes: number) =>
  awaitWhile(underway, async () => {
    if (underway.waiting.length >= WAITING_JOBS_MAX) return 'waiting for the workers';
    const space = await underway.to.store.space();
    return space !== undefined && space.freeBytes - bytes < FREE_BYTES_MIN
      ? 'waiting for room: the disk of the archive is nearly full'
      : undefined;
  });

/** `obstacle` says what is in the way, undefined when nothing is any more. */
const awaitWhile = async (
  underway: Underway,
  obstacle: () => Promise<string | undefined>,
): Promise<void> => {
  let idle = 0;
  for (let told = await obstacle(); told !== undefined; told = await obstacle()) {
    if (idle === IDLE_POLLS_MAX) throw new OperatorFault(STALLED);
    if (idle % TOLD_POLLS === TOLD_POLLS - 1) underway.terminal.progress(told);
    idle = (await collect(underway)) > 0 ? 0 : idle + 1;
    if (idle > 0) await delay(POLL_MS);
  }
};

const STALLED =
  'nothing has gone on for ten minutes: is the archive running, with room on its disk? What was sent is kept; call the same command again';

/** Counts the files of jobs that are complete, and takes those jobs from `waiting`. Answers with how many there were. */
const collect = async ({ to, waiting, tally }: Underway): Promise<number> => {
  const { rows } = await to.pool.query<{ id: string; receipt: string }>(
    'select id, receipt from ingest_jobs where id = any($1) and completed_at is not null',
    [waiting.map(({ job }) => job)],
  );
  const receipts = new Map(rows.map(({ id, receipt }) => [id, receipt]));
  const complete = waiting.filter(({ job }) => receipts.has(job));
  for (const sent of complete) {
    waiting.splice(waiting.indexOf(sent), 1);
    count(sent, receipts.get(sent.job) ?? '', tally);
  }
  return complete.length;
};

type PartOutcome = Readonly<{
  part: number;
  outcome: 'stored' | 'same' | 'refused' | 'quarantined';
  why?: string;
}>;

const FATE = {
  stored: 'stored',
  same: 'the same already',
  refused: 'refused',
  quarantined: 'kept aside',
} as const;

const count = ({ files, before }: Sent, receipt: string, tally: Tally) => {
  const { outcomes } = JSON.parse(receipt) as { outcomes: readonly PartOutcome[] };
  for (const { part, outcome, why } of outcomes) {
    const path = files[part]?.path;
    if (path === undefined) throw new Error('a receipt tells of a part that was not sent');
    tally.add(path, before && outcome === 'stored' ? 'the same already' : FATE[outcome], why);
  }
};
