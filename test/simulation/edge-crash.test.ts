import { test } from 'vitest';
import { killEdgeAtSteps } from './crash-edge.js';

test(
  'F1 to F3: an edge killed at any step of a store leaves what its row says, and the request sent again is answered the same',
  () => killEdgeAtSteps(3),
  300_000,
);
