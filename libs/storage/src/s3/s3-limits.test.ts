import { expect, test } from 'vitest';
import { LANDING_LIMITS } from '../landing-pack.js';
import { PARTS_MAX, partBytesOf, S3_LIMITS } from './s3-limits.js';

test('the parts that S3 takes hold the longest pack, and each is within what S3 takes', () => {
  const parts = Array.from({ length: PARTS_MAX }, (_, index) => partBytesOf(index + 1, S3_LIMITS));
  const most = parts.reduce((sum, bytes) => sum + bytes, 0);
  expect(most).toBeGreaterThan(LANDING_LIMITS.packBytesMax + LANDING_LIMITS.partBytesMax);
  expect(most).toBeGreaterThan(290 * 1024 ** 3);
  expect(Math.min(...parts)).toBeGreaterThanOrEqual(5 * 1024 ** 2);
  expect(Math.max(...parts)).toBe(64 * 1024 ** 2);
});
