import { expect, test } from 'vitest';
import { timeIn } from './read-time.js';

test.each([
  ['20260301101530+0100', '2026-03-01T09:15:30.000Z'],
  ['20260301101530.1234-0530', '2026-03-01T15:45:30.000Z'],
  ['202603011015', '2026-03-01T10:15:00.000Z'],
  ['20260301', '2026-03-01T00:00:00.000Z'],
  ['2026', '2026-01-01T00:00:00.000Z'],
  ['', undefined],
  ['0001', undefined],
  ['yesterday', undefined],
  ['20260301T1015', undefined],
])('%j is %s', (text, time) => expect(timeIn(text)).toBe(time));
