import { expect, test } from 'vitest';
import { collectReceived } from './collect-received.js';

test('one collection for every 16 MiB received, however they come', () => {
  let collections = 0;
  const note = collectReceived(() => {
    collections += 1;
  });
  for (let chunk = 0; chunk < 1024; chunk++) note(64 * 1024);
  expect(collections).toBe(4);
  note(15 * 1024 ** 2);
  expect(collections).toBe(4);
  note(1024 ** 2);
  expect(collections).toBe(5);
});
test('without a collector nothing is collected', () =>
  expect(() => collectReceived(undefined)(1024 ** 3)).not.toThrow());
