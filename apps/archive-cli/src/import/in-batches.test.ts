import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inBatches } from './in-batches.js';

test('batches keep order and bounds; only a file that is too long alone goes over them', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 30 }),
      async (sizes) => {
        const files = sizes.map((bytes, index) => ({ path: String(index), bytes }));
        const batches = await Array.fromAsync(
          inBatches(each(files), { filesMax: 4, bytesMax: 10 }),
        );
        expect(batches.flat()).toEqual(files);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(4);
          const bytes = batch.reduce((sum, file) => sum + file.bytes, 0);
          if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(10);
        }
      },
    ),
  ));

async function* each<T>(items: readonly T[]) {
  yield* items;
}
