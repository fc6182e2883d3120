import { expect, test } from 'vitest';
import { readAhead } from './read-ahead.js';

const tick = () => new Promise((go) => setImmediate(go));

test('results come in order, with at most so many under way', async () => {
  let underWay = 0;
  let most = 0;
  const read = async (item: number) => {
    underWay += 1;
    most = Math.max(most, underWay);
    for (let i = 0; i < 5 - item; i++) await tick();
    underWay -= 1;
    return item * 10;
  };
  const results: number[] = [];
  for await (const result of readAhead([1, 2, 3, 4, 5], read, 2)) results.push(result);
  expect(results).toEqual([10, 20, 30, 40, 50]);
  expect(most).toBe(2);
});
test('a failure surfaces where it belongs', async () => {
  const results: number[] = [];
  const reading = async () => {
    for await (const result of readAhead(
      [1, 2, 3],
      async (item) => {
        if (item === 2) throw new Error('two');
        return item;
      },
      3,
    ))
      results.push(result);
  };
  await expect(reading()).rejects.toThrow('two');
  expect(results).toEqual([1]);
});
