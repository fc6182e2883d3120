import { expect, test } from 'vitest';
import { bufferPool } from './buffer-pool.js';

const MIB = 1024 * 1024;

test('a buffer is used again once its lease has ended, and not before', () => {
  const pool = bufferPool({ idleBytesMax: 4 * MIB });
  const first = pool.lease();
  const a = first.allocate(600_000);
  const second = pool.lease();
  const b = second.allocate(600_000);
  expect(b.buffer).not.toBe(a.buffer);
  first.end();
  first.end();
  const c = pool.lease().allocate(700_000);
  const d = pool.lease().allocate(700_000);
  expect(c.buffer).toBe(a.buffer);
  expect(d.buffer).not.toBe(a.buffer);
  expect([a, c, d].map(({ length }) => length)).toEqual([600_000, 700_000, 700_000]);
});

test('no more waits than the bound allows', () => {
  const pool = bufferPool({ idleBytesMax: MIB });
  const lease = pool.lease();
  const buffers = [lease.allocate(MIB), lease.allocate(MIB)];
  lease.end();
  const next = pool.lease();
  const again = [next.allocate(MIB), next.allocate(MIB)];
  const known = new Set(buffers.map(({ buffer }) => buffer));
  expect(again.filter(({ buffer }) => known.has(buffer))).toHaveLength(1);
});

test.each([0, 1, 65_535, 65_536, 65_537, 16 * MIB, 16 * MIB + 1])(
  '%i bytes are given exactly',
  (bytes) => {
    expect(bufferPool({ idleBytesMax: MIB }).lease().allocate(bytes)).toHaveLength(bytes);
  },
);

test('it is crowded while as much is lent as the bound says', () => {
  const pool = bufferPool({ idleBytesMax: MIB, lentBytesMax: 2 * MIB });
  const [first, second] = [pool.lease(), pool.lease()];
  first.allocate(MIB);
  expect(pool.isCrowded()).toBe(false);
  second.allocate(MIB);
  expect(pool.isCrowded()).toBe(true);
  second.end();
  second.end();
  expect(pool.isCrowded()).toBe(false);
  second.allocate(5 * MIB);
  expect(pool.isCrowded()).toBe(false);
});

test('a buffer of a lease that was dropped is never used again, and counts no more', () => {
  const pool = bufferPool({ idleBytesMax: 4 * MIB, lentBytesMax: MIB });
  const lease = pool.lease();
  const buffer = lease.allocate(MIB);
  expect(pool.isCrowded()).toBe(true);
  lease.drop();
  lease.end();
  expect(pool.isCrowded()).toBe(false);
  expect(pool.lease().allocate(MIB).buffer).not.toBe(buffer.buffer);
});
