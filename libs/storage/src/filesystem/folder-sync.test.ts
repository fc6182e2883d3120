import { expect, test } from 'vitest';
import { folderSync } from './folder-sync.js';

/** A flush of which the test says when it ends. */
function slowFlush() {
  const flushes: { folder: string; end: PromiseWithResolvers<void> }[] = [];
  const sync = folderSync((folder) => {
    const end = Promise.withResolvers<void>();
    flushes.push({ folder, end });
    return end.promise;
  });
  return { flushes, sync };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('who comes during a flush waits for the next one, all together', async () => {
  const { flushes, sync } = slowFlush();
  const first = sync('a');
  const late = [sync('a'), sync('a'), sync('a')];
  expect(flushes).toHaveLength(1);
  flushes[0]?.end.resolve();
  await first;
  await settled();
  expect(flushes).toHaveLength(2);
  let done = 0;
  for (const each of late) void each.then(() => done++);
  await settled();
  expect(done).toBe(0);
  flushes[1]?.end.resolve();
  await Promise.all(late);
  expect(flushes).toHaveLength(2);
});

test('who comes just as the next flush starts waits for one more', async () => {
  const { flushes, sync } = slowFlush();
  void sync('a');
  const second = sync('a');
  flushes[0]?.end.resolve();
  await settled();
  const third = sync('a');
  flushes[1]?.end.resolve();
  await second;
  await settled();
  expect(flushes).toHaveLength(3);
  flushes[2]?.end.resolve();
  await third;
});

test('folders do not wait for each other', async () => {
  const { flushes, sync } = slowFlush();
  void sync('a');
  void sync('b');
  expect(flushes.map(({ folder }) => folder)).toEqual(['a', 'b']);
});

test('a flush that fails fails for those who waited for it, and only for them', async () => {
  const { flushes, sync } = slowFlush();
  const first = sync('a');
  const second = sync('a');
  flushes[0]?.end.reject(new Error('disk'));
  await expect(first).rejects.toThrow('disk');
  await settled();
  flushes[1]?.end.resolve();
  await second;
});
