import type { Pool, PoolClient } from 'pg';
import { assertReadable, assertWithin } from '../byte-range.js';
import { groupCommit } from '../group-commit.js';
import type { ByteRange, Listed, ObjectStore } from '../object-store.js';
import { packFolder } from '../pack.js';
import { isSmallLanding } from '../small-landing.js';
import { smallPackReader } from './small-pack-reader.js';

const EXTRACTS = packFolder('extract');

/** Whether an object may be kept in the database: any extract pack, and landing packs whose key says so. */
const maybeSmall = (key: string): boolean => key.startsWith(EXTRACTS) || isSmallLanding(key);

/** Keeps a small extract pack in the caller's transaction, so that it needs no flush of its own (ADR 9). */
export async function insertSmallPack(
  client: PoolClient,
  { key, body }: Readonly<{ key: string; body: Buffer }>,
): Promise<void> {
  await client.query({
    name: 'small-pack-insert',
    text: 'insert into small_packs (key, body) values ($1, $2)',
    values: [key, body],
  });
}

/** The objects of `store` and, among extract and landing packs, those that are kept in the database. */
export function withSmallPacks(store: ObjectStore, pool: Pool): ObjectStore {
  const readSmall = smallPackReader(pool);
  const readPart = partReader(pool);
  const find = async (key: string): Promise<Buffer | undefined> =>
    maybeSmall(key) ? readSmall(key) : undefined;
  return {
    put: store.put,
    space: store.space,
    read: async (key, range, allocate) => {
      const found = key.startsWith(EXTRACTS)
        ? await readPart({ key, range })
        : partOf(await find(key), range);
      if (found === undefined) return store.read(key, range, allocate);
      assertReadable(range, found.length);
      return found.part;
    },
    stream: async (key, range, signal) => {
      const body = await find(key);
      if (body === undefined) return store.stream(key, range, signal);
      const { start, end } = range ?? { start: 0, end: body.length };
      assertWithin({ start, end }, body.length);
      return once(body.subarray(start, end));
    },
    size: async (key) => (await find(key))?.length ?? store.size(key),
    remove: async (key) => {
      if (maybeSmall(key)) await pool.query('delete from small_packs where key = $1', [key]);
      await store.remove(key);
    },
    list: (prefix) => listBoth(store, pool, prefix),
  };
}

const partOf = (body: Buffer | undefined, { start, end }: ByteRange) =>
  body && { length: body.length, part: Buffer.from(body.subarray(start, end)) };

/** Longer than any small pack: an offset that is no number of PostgreSQL's is behind its end. */
const OFFSET_MAX = 2 ** 30;

type Part = Readonly<{ length: number; part: Buffer }>;
type Wanted = Readonly<{ key: string; range: ByteRange }>;

const PARTS_PER_QUERY_MAX = 64;

const PARTS = {
  name: 'small-pack-parts',
  text: `select number::int, octet_length(body) as length, substring(body from start + 1 for stop - start) as part
    from unnest($1::text[], $2::int[], $3::int[]) with ordinality as wanted (name, start, stop, number)
    join small_packs on key = name`,
};

/** Reads only the bytes asked for, because a pack of many extracts is read once for each of them; what is asked for meanwhile shares a query. */
function partReader(pool: Pool): (wanted: Wanted) => Promise<Part | undefined> {
  const find = async (wanted: readonly Wanted[]) => {
    const { rows } = await pool.query<Part & { number: number }>({
      ...PARTS,
      values: [
        wanted.map(({ key }) => key),
        wanted.map(({ range }) => Math.min(range.start, OFFSET_MAX)),
        wanted.map(({ range }) => Math.min(range.end, OFFSET_MAX)),
      ],
    });
    const parts = new Map(rows.map(({ number, ...part }) => [number, part]));
    return wanted.map((_, index) => parts.get(index + 1));
  };
  const read = groupCommit(find, PARTS_PER_QUERY_MAX);
  return async (wanted) => {
    assertWithin(wanted.range, Number.MAX_SAFE_INTEGER);
    return read(wanted);
  };
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

const ROWS_PER_PAGE_MAX = 1000;

async function* listBoth(store: ObjectStore, pool: Pool, prefix: string): AsyncGenerator<Listed> {
  yield* store.list(prefix);
  for (let after = ''; ; ) {
    const { rows } = await pool.query(
      `select key, octet_length(body) as bytes, extract(epoch from written_at) * 1000 as written_at_ms
       from small_packs where key > $1 and starts_with(key, $2) order by key limit ${ROWS_PER_PAGE_MAX}`,
      [after, prefix],
    );
    if (rows.length === 0) return;
    for (const { key, bytes, written_at_ms } of rows)
      yield { key, bytes: Number(bytes), writtenAtMs: Number(written_at_ms) };
    after = rows.at(-1).key;
  }
}
