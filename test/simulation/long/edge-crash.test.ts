import { test } from 'vitest';
import { killEdgeAtSteps } from '../crash-edge.js';

test('F1 to F3: the same at every step', () => killEdgeAtSteps(1), 1_500_000);
