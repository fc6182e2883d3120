import { expect, test } from 'vitest';
import { admit } from './admission.js';

const limits = { waitingJobsMax: 100, oldestWaitMsMax: 30_000, freeBytesMin: 1_000 };
const waits = (hospital: string, jobs: number, oldestMs = 0) => ({ hospital, jobs, oldestMs });
const admission = (
  hospital: string,
  waiting: readonly ReturnType<typeof waits>[],
  freeBytes?: number,
) => admit({ waiting, freeBytes }, hospital, limits);

test('an idle archive admits everyone', () => expect(admission('A', [])).toBe('admitted'));
test('a nearly full disk admits no one', () =>
  expect(admission('A', [], 999)).toBe('storage-full'));
test('a disk with room left admits', () => expect(admission('A', [], 1_000)).toBe('admitted'));
test('a full queue admits no one', () =>
  expect(admission('B', [waits('A', 100)])).toBe('overloaded'));
test('workers that leave jobs unclaimed too long admit no one', () =>
  expect(admission('B', [waits('A', 1, 30_000)])).toBe('overloaded'));
test('a hospital alone may fill the queue', () =>
  expect(admission('A', [waits('A', 99)])).toBe('admitted'));
test('in a crowd the hospital over its share is refused first', () => {
  const waiting = [waits('A', 50), waits('B', 5)];
  expect(admission('A', waiting)).toBe('overloaded');
  expect(admission('B', waiting)).toBe('admitted');
  expect(admission('C', waiting)).toBe('admitted');
});
test('below half of the bounds nobody counts shares', () =>
  expect(admission('A', [waits('A', 40), waits('B', 5)])).toBe('admitted'));
