import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf } from '../body.testing.js';
import { BLOCK_BYTES, blockPool } from './block-pool.js';
import { heldPart } from './held-part.js';

const BYTES_MAX = 3 * BLOCK_BYTES - 5;

test('whatever the chunks, a part holds their bytes up to its bound and gives back the rest', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(BLOCK_BYTES + 7), { maxLength: 8 }), (lengths) => {
      const pool = blockPool();
      const part = heldPart(pool, BYTES_MAX);
      const chunks = lengths.map((length, seed) => bytesOf(length, seed + 1));
      const rest = chunks.reduce((sum, chunk) => sum + part.add(chunk).length, 0);
      const all = Buffer.concat(chunks);
      const expected = all.subarray(0, BYTES_MAX);
      const held = part.finish();
      expect(Buffer.concat(held.chunks).equals(expected)).toBe(true);
      expect(held.bytes).toBe(expected.length);
      expect(held.sha256).toBe(createHash('sha256').update(expected).digest('hex'));
      expect(rest).toBe(all.length - expected.length);
      expect(pool.held().bytes).toBe(Math.ceil(expected.length / BLOCK_BYTES) * BLOCK_BYTES);
      part.release(true);
      expect(pool.held().bytes).toBe(0);
    }),
  ));

test('blocks are used again, unless something that was cut off may still hold them', () => {
  const pool = blockPool();
  const blockOf = (reusable: boolean) => {
    const part = heldPart(pool, 10);
    part.add(bytesOf(10));
    const [chunk] = part.finish().chunks;
    part.release(reusable);
    return chunk?.buffer;
  };
  const first = blockOf(true);
  expect(blockOf(false)).toBe(first);
  expect(blockOf(true)).not.toBe(first);
});
