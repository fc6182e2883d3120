import { logStream } from '#archive/log-events';
import type { Append } from '#events/event-store';
import type { Log } from '#events/log';
import { uuid5 } from '#events/uuid5';
import { archiveHashTree } from './archive-hash-tree.js';
import type { Stamp } from './ask-time-stamp.js';
import { sha256 } from './merkle.js';
import type { SealStamp } from './seal-stamp.js';

export type RenewPorts = Readonly<{
  log: Pick<Log, 'versions' | 'append'>;
  /** The newest stamps of seals, the oldest first, whose newest was made before this moment. */
  due: (before: string, limit: number) => Promise<readonly SealStamp[]>;
  ask: (hash: Buffer, signal: AbortSignal) => Promise<Stamp>;
}>;

/** Stamps that one look finds: of more than thirteen years. */
const DUE_MAX = 5_000;
/** Stamps that one new time-stamp is over. */
const TOGETHER_MAX = 1_000;
/** Names the ids of stamps: the first of a seal, and each that renews it. */
const STAMP_IDS = '0d7b2f34-51b6-5b55-9a29-8a0d3b4e1c77';

/** Has old stamps stamped with one new time-stamp over them all (RFC 4998 §5.2); resolves to how many. Whoever stamped one meanwhile was faster: it's left. */
export async function renewStamps(
  { log, due, ask }: RenewPorts,
  before: string,
  signal: AbortSignal,
): Promise<number> {
  const found = await withoutNewer(log, await due(before, DUE_MAX));
  const old = found.slice(0, TOGETHER_MAX);
  if (old.length === 0) return 0;
  const hashes = old.map(({ token }) => sha256(Buffer.from(token, 'base64')));
  const { root, paths } = archiveHashTree(hashes);
  const { token, at } = await ask(root, signal);
  let renewed = 0;
  for (const [index, { day, order }] of old.entries()) {
    const path = (paths[index] ?? []).map((list) => list.map((hash) => hash.toString('hex')));
    const stamp = { day, order: order + 1, path, token: token.toString('base64'), stampedAt: at };
    if ((await log.append([stampFact(stamp, 'operator')])).ok) renewed++;
  }
  return renewed;
}

/* A newer stamp may be in the log already, and wait to be taken into the tree. */
async function withoutNewer(log: RenewPorts['log'], stamps: readonly SealStamp[]) {
  const versions = await log.versions(stamps.map(({ day }) => logStream(day)));
  return stamps.filter(({ day, order }) => versions.get(logStream(day)) === order + 1);
}

/** The fact of a stamp: the seal is the first event of its stream, the stamps follow in their order. */
export const stampFact = (data: SealStamp, actor: string): Append => ({
  stream: logStream(data.day),
  expected: data.order,
  events: [
    { id: uuid5(STAMP_IDS, `${data.day}/${data.order}`), type: 'LogStamped', schema: 1, data },
  ],
  metadata: { actor, correlationId: data.day, causationId: data.day },
});
