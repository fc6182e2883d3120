import { test } from 'vitest';
import { killAtSteps } from '../crash-worker.js';

test('F4 to F9, F20, F21: the same at every single step', () => killAtSteps(1), 1_500_000);
