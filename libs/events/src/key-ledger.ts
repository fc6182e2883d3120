import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A data key that was destroyed, and when (ISO 8601). */
export type DestroyedKey = Readonly<{ keyId: string; destroyedAt: string }>;

/**
 * The ledger of destroyed keys: a file outside the database, so that a restored backup can't forget what was destroyed behind
 * it. One line of JSON for each key, chained by digests; only ever appended to, by one writer at a time.
 */
export type KeyLedger = Readonly<{
  /** Durable when it resolves. Throws LedgerBroken. */
  append: (keys: readonly DestroyedKey[]) => Promise<void>;
  /** From the first to the last. A key may come twice. Throws LedgerBroken. */
  read: () => AsyncIterable<DestroyedKey>;
}>;

/** A line was changed, left out or put elsewhere. */
export class LedgerBroken extends Error {
  constructor(line: number) {
    super(`the ledger of destroyed keys is broken at line ${line}`);
  }
}

const LINE_BYTES_MAX = 1_024;
const FIRST = '0'.repeat(64);

type Line = Readonly<{ number: number; key: string; at: string; previous: string; digest: string }>;
type Head = Readonly<{ number: number; digest: string; bytes: number }>;

/** Opens the ledger at this path; there may be none yet. */
export function keyLedger(file: string): KeyLedger {
  let known: Head | undefined;
  const headNow = async (): Promise<Head> => {
    const bytes = (await sizeOf(file)) ?? 0;
    if (known === undefined || known.bytes !== bytes) known = await lastOf(file);
    return known;
  };
  return {
    append: async (keys) => {
      if (keys.length === 0) return;
      const head = await headNow();
      const { text, last } = chained(head, keys);
      await writeAt(file, head.bytes, text);
      known = { ...last, bytes: head.bytes + Buffer.byteLength(text) };
    },
    read: async function* () {
      for await (const { line } of linesOf(file)) yield { keyId: line.key, destroyedAt: line.at };
    },
  };
}

function chained(head: Head, keys: readonly DestroyedKey[]) {
  let last = { number: head.number, digest: head.digest };
  const lines = keys.map(({ keyId, destroyedAt }) => {
    const open = { number: last.number + 1, key: keyId, at: destroyedAt, previous: last.digest };
    const line: Line = { ...open, digest: digestOf(open) };
    last = { number: line.number, digest: line.digest };
    return `${JSON.stringify(line)}\n`;
  });
  return { text: lines.join(''), last };
}

const digestOf = ({ number, key, at, previous }: Omit<Line, 'digest'>): string =>
  createHash('sha256')
    .update(JSON.stringify([number, key, at, previous]))
    .digest('hex');

/* A line that a crash cut off was told to nobody: it is written over. */
async function writeAt(file: string, start: number, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const isNew = (await sizeOf(file)) === undefined;
  const opened = await open(file, isNew ? 'wx' : 'r+', 0o600);
  try {
    await opened.truncate(start);
    await opened.write(text, start);
    await opened.sync();
  } finally {
    await opened.close();
  }
  if (isNew) await syncFolder(dirname(file));
}

async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

async function lastOf(file: string): Promise<Head> {
  let head: Head = { number: 0, digest: FIRST, bytes: 0 };
  for await (const { line, bytes } of linesOf(file))
    head = { number: line.number, digest: line.digest, bytes };
  return head;
}

/** Each line that is whole and follows the one before; `bytes`: where it ends. */
async function* linesOf(file: string): AsyncIterable<Readonly<{ line: Line; bytes: number }>> {
  let before = { number: 0, digest: FIRST };
  let bytes = 0;
  for await (const text of wholeLines(file)) {
    const line = readLine(text);
    const follows = line?.number === before.number + 1 && line.previous === before.digest;
    if (!line || !follows || digestOf(line) !== line.digest)
      throw new LedgerBroken(before.number + 1);
    bytes += Buffer.byteLength(text) + 1;
    before = line;
    yield { line, bytes };
  }
}

async function* wholeLines(file: string): AsyncIterable<string> {
  if ((await sizeOf(file)) === undefined) return;
  let rest = '';
  let line = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop() ?? '';
    line += texts.length;
    yield* texts;
    if (rest.length > LINE_BYTES_MAX) throw new LedgerBroken(line + 1);
  }
}

function readLine(text: string): Line | undefined {
  try {
    const line = JSON.parse(text);
    const texts = [line?.key, line?.at, line?.previous, line?.digest];
    return texts.every((value) => typeof value === 'string') ? line : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const sizeOf = (file: string): Promise<number | undefined> =>
  stat(file).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
