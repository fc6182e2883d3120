import { test } from 'vitest';
import { killAtSteps } from '../crash-worker.js';

/** Every so many steps; a larger number tries something out sooner. */
const EVERY = Number(process.env['ARKIM_TEST_CRASH_STEPS'] || 3);

test(`F4 to F9, F20, F21: the same every ${EVERY} steps`, () => killAtSteps(EVERY), 1_500_000);
