import { expect, test } from 'vitest';
import { bufferPool } from '#platform/buffer-pool';
import { leasesOf } from './leases.js';

const MIB = 1024 ** 2;

test('a part that was sent gives its buffer back; one that is still being read when its reader has left never does', () => {
  const pool = bufferPool({ idleBytesMax: 8 * MIB });
  const { lease, dropAll } = leasesOf(pool);
  const [sent, underWay] = [lease(), lease()];
  const [again, written] = [sent.allocate(MIB), underWay.allocate(MIB)];
  sent.end();
  dropAll();
  const others = [1, 2, 3].map(() => pool.lease().allocate(MIB).buffer);
  expect(others).toContain(again.buffer);
  expect(others).not.toContain(written.buffer);
  expect(lease().allocate(MIB).buffer).not.toBe(written.buffer);
});
