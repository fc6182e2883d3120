import { test } from 'vitest';
import { killAtSteps } from './crash-worker.js';

test(
  'F4 to F9, F20, F21: a worker killed at any step loses nothing, repeats nothing, and answers the same',
  () => killAtSteps(13),
  300_000,
);
