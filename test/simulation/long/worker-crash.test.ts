import { test } from 'vitest';
import { killAtSteps } from '../crash-worker.js';

test('F4 to F9, F20, F21: the same at every third step', () => killAtSteps(3), 1_500_000);
