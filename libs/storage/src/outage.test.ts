import { expect, test } from 'vitest';
import { ObjectRefused, ObjectStoreUnavailable } from './object-store.js';
import { isOutage } from './outage.js';

test('a store that is away is an outage, however deep it stands', () => {
  const away = new ObjectStoreUnavailable('away');
  expect(isOutage(away)).toBe(true);
  expect(isOutage(new Error('x', { cause: new Error('y', { cause: away }) }))).toBe(true);
});
test('anything else is none', () => {
  for (const error of [new ObjectRefused('exists'), new Error('x'), 'x', undefined])
    expect(isOutage(error)).toBe(false);
});
test('causes that go round in a circle end', () => {
  const error = new Error('x');
  error.cause = error;
  expect(isOutage(error)).toBe(false);
});
