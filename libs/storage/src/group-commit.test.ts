import { expect, test } from 'vitest';
import { groupCommit } from './group-commit.js';

const recording = (batchItemsMax = 10) => {
  const batches: number[][] = [];
  const add = groupCommit<number, number>(async (batch) => {
    batches.push([...batch]);
    await new Promise((resolve) => setImmediate(resolve));
    if (batch.includes(13)) throw new Error('unlucky');
    return batch.map((item) => item * 2);
  }, batchItemsMax);
  return { batches, add };
};

test('what arrives during a commit shares the next one', async () => {
  const { batches, add } = recording();
  expect(await Promise.all([1, 2, 3, 4].map(add))).toEqual([2, 4, 6, 8]);
  expect(batches).toEqual([[1], [2, 3, 4]]);
});
test('a batch has a bound', async () => {
  const { batches, add } = recording(2);
  await Promise.all([1, 2, 3, 4].map(add));
  expect(batches).toEqual([[1], [2, 3], [4]]);
});
test('a failed commit fails its own items and no later one', async () => {
  const { add } = recording();
  const outcomes = await Promise.allSettled([add(13), add(1)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});
