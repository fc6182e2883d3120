import { expect, test } from 'vitest';
import { parseLifetime } from './parse-lifetime.js';

test.each([
  ['90', 90],
  ['90s', 90],
  ['30m', 1800],
  ['12h', 43_200],
  ['30d', 2_592_000],
])('%s is %i seconds', (text, seconds) => expect(parseLifetime(text)).toBe(seconds));
test.each(['', '0', '0h', '-1h', '31d', '1w', '1.5h', '12 h', 'forever', '9999999999'])(
  '«%s» is no lifetime of a token',
  (text) => expect(() => parseLifetime(text)).toThrow('--ttl needs a time'),
);
