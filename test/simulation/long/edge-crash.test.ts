import { test } from 'vitest';
import { killEdgeAtSteps } from '../crash-edge.js';

test('F1 to F3: the same at every step', () => killEdgeAtSteps('file', 1), 1_500_000);
test(
  'F1 and F3: the same at every step of a small store',
  () => killEdgeAtSteps('database', 1),
  1_500_000,
);
