import { afterEach, beforeEach, expect, test } from 'vitest';
import { postgresLog } from '#events/postgres/postgres-log';
import { dayFactId } from '#evidence/day-fact';
import { eventLeaf, provenEvent } from '#evidence/event-leaf';
import { isConsistent, isIncluded } from '#evidence/merkle-proofs';
import { proofOfEvent, proofOfGrowth } from '#evidence/postgres/log-proofs';
import { allSeals } from '#evidence/postgres/log-seals';
import { appendOf, collect, fact } from '../../libs/events/src/event-store.testing.js';
import { merkleRoot } from '../../libs/evidence/src/merkle.js';
import { readRoot } from '../../libs/evidence/src/postgres/log-tree.js';
import { type SealedLogArchive, sealedLogArchive } from './sealed-log.js';

let archive: SealedLogArchive;
beforeEach(async () => {
  archive = await sealedLogArchive();
});
afterEach(() => archive.close());

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const daysAgo = (days: number) =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const leavesNow = async () => {
  const { rows } = await archive.pool.query<{ leaf: Buffer }>(
    'select leaf from evidence_leaves order by index',
  );
  return rows.map(({ leaf }) => leaf);
};

test('each day is sealed once, over all that the log holds by then', async () => {
  expect(await archive.seal(9)).toBeUndefined();
  await archive.append(appendOf('s', 0, 3), appendOf('t', 0, 2));
  expect(await archive.seal(5)).toBe(daysAgo(6));
  expect(await archive.seal(5)).toBeUndefined();
  await archive.append(appendOf('s', 3, 700));
  expect(await archive.seal(3)).toBe(daysAgo(4));
  const leaves = await leavesNow();
  const seals = await allSeals(archive.pool);
  expect(seals.map(({ number, size }) => [number, size])).toEqual([
    [1, 5],
    [2, 706],
  ]);
  for (const { size, root } of seals) {
    expect(merkleRoot(leaves.slice(0, size)).toString('hex')).toBe(root);
    expect((await readRoot(archive.pool, size)).toString('hex')).toBe(root);
  }
  expect(seals[1]?.previous).toBe(seals[0]?.digest);
  expect(await archive.verify()).toMatchObject({ events: 707, unsealed: 1, findings: [] });
});

test('an event is proven by the first seal that covers it, and each seal by those before it', async () => {
  await archive.append(appendOf('s', 0, 300));
  await archive.seal(5);
  await archive.append(appendOf('s', 300, 900));
  await archive.seal(3);
  const log = postgresLog(archive.pool);
  const events = await collect(log.read('s'));
  for (const index of [0, 255, 256, 299, 300, 1023, 1199]) {
    const event = events[index];
    if (event === undefined) throw new Error('there are as many events');
    const proof = await proofOfEvent(archive.pool, event.id);
    if (proof === undefined) throw new Error('a seal covers it');
    const { seal, path } = proof;
    expect(
      isIncluded({
        index: proof.index,
        size: seal.size,
        leaf: eventLeaf(provenEvent(event)),
        path: path.map(bytes),
        root: bytes(seal.root),
      }),
    ).toBe(true);
    expect(seal.number).toBe(index < 300 ? 1 : 2);
  }
  const growth = await proofOfGrowth(archive.pool, [daysAgo(4), daysAgo(6)]);
  if (growth === undefined) throw new Error('both days are sealed');
  const { from, to, path } = growth;
  expect(
    isConsistent({
      before: from.size,
      beforeRoot: bytes(from.root),
      size: to.size,
      root: bytes(to.root),
      path: path.map(bytes),
    }),
  ).toBe(true);
  expect(await proofOfGrowth(archive.pool, [daysAgo(4), daysAgo(5)])).toBeUndefined();
});

test('a seal waits for the records of access of its days', async () => {
  await archive.append(appendOf('s', 0, 1));
  const seal = `insert into audit_seals (number, previous, root, digest, sealed_at, last_xid, last_position, ids, leaves)
    values (1, '', '', '\\x01', now() - interval '6 days', '3', 0, '{}', '')`;
  await archive.pool.query(seal);
  expect(await archive.seal(5)).toBeUndefined();
  await archive.pool.query(
    `insert into audit_days values ((now() at time zone 'utc')::date - 6, 1, '', 1, 1, 0, '', '\\x01')`,
  );
  expect(await archive.seal(5)).toBeUndefined();
  const day = daysAgo(6);
  const sealed = { ...fact(day), id: dayFactId(day) };
  await archive.append({ ...appendOf(`evidence-${day}`, 0), events: [sealed] });
  expect(await archive.seal(5)).toBe(daysAgo(6));
});

/* A log that doesn't commit with the index (ADR 16): the seal stands, its row was lost. */
test('E2: a seal that was appended by a worker that died is taken as it is, and never made twice', async () => {
  await archive.append(appendOf('s', 0, 3));
  await expect(archive.dieBehindSeal(5)).rejects.toThrow('died');
  expect(await allSeals(archive.pool)).toEqual([]);
  await archive.append(appendOf('s', 3, 1));
  expect(await archive.seal(5)).toBeUndefined();
  expect((await allSeals(archive.pool)).map(({ size }) => size)).toEqual([3]);
  expect(await archive.seal(4)).toBe(daysAgo(5));
  expect(await archive.verify()).toMatchObject({ seals: 2, findings: [] });
});

test('E4: nothing is sealed over a log that lost what the tree ends with', async () => {
  await archive.append(appendOf('s', 0, 3));
  await archive.seal(5);
  await archive.tamper('events', `delete from events where stream like 'evidence-%'`);
  await expect(archive.round()).rejects.toThrow('not in the log');
  expect((await archive.verify()).findings).toEqual([
    { what: `event evidence-log-${daysAgo(6)}/1`, fault: 'removed' },
  ]);
});

test('E1: leaves that a worker took and died with are taken again', async () => {
  await archive.append(appendOf('s', 0, 3));
  await expect(archive.dieBehindLeaves()).rejects.toThrow('died');
  expect(await leavesNow()).toEqual([]);
  await archive.seal(5);
  expect(await archive.verify()).toMatchObject({ events: 4, findings: [] });
});

test('one worker seals at a time', async () => {
  const client = await archive.pool.connect();
  await client.query(`begin; select pg_advisory_xact_lock(hashtext('log-seal'))`);
  expect(await archive.round()).toMatchObject({ isHeld: true });
  await client.query('commit');
  client.release();
});

test('nobody changes what was sealed', async () => {
  for (const table of ['evidence_leaves', 'evidence_nodes', 'evidence_seals', 'evidence_stamps'])
    await expect(archive.pool.query(`delete from ${table}`)).rejects.toThrow('append-only');
});
