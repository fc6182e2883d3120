import { expect, test } from 'vitest';
import { byteGate } from './byte-gate.js';

/** Work that ends when it is told to. */
function held() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => ended.then(() => 'done'), end: () => end() };
}

const LIMITS = { bytesMax: 10, waitingMax: 2, waitMs: 60_000 };

test('work within the bound runs at once, work beyond it waits', async () => {
  const gate = byteGate(LIMITS);
  const [first, second] = [held(), held()];
  const begun: string[] = [];
  const one = gate.run(8, first.work);
  const two = gate.run(8, () => {
    begun.push('two');
    return second.work();
  });
  expect(await gate.run(2, async () => 'small')).toBe('small');
  expect(begun).toEqual([]);
  first.end();
  second.end();
  expect(await Promise.all([one, two])).toEqual(['done', 'done']);
  expect(begun).toEqual(['two']);
});
test('work above the bound runs alone', async () => {
  const gate = byteGate(LIMITS);
  const large = held();
  const one = gate.run(1000, large.work);
  const two = gate.run(1, async () => 'behind');
  large.end();
  expect(await Promise.all([one, two])).toEqual(['done', 'behind']);
});
test('more than may wait is told that it is busy', async () => {
  const gate = byteGate(LIMITS);
  const first = held();
  const all = [1, 2, 3].map(() => gate.run(10, first.work));
  expect(await gate.run(10, first.work)).toBe('busy');
  first.end();
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
});
test('who has waited for too long is told the same', async () => {
  const gate = byteGate({ ...LIMITS, waitMs: 1 });
  const first = held();
  const one = gate.run(10, first.work);
  expect(await gate.run(10, first.work)).toBe('busy');
  first.end();
  expect(await one).toBe('done');
  expect(await gate.run(10, async () => 'free')).toBe('free');
});
test('work that fails gives its bytes back', async () => {
  const gate = byteGate(LIMITS);
  const failing = gate.run(10, async () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  expect(await gate.run(10, async () => 'free')).toBe('free');
});
