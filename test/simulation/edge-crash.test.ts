import { test } from 'vitest';
import { killEdgeAtSteps } from './crash-edge.js';

test(
  'F1 to F3: an edge killed at any step of a store leaves what its row says, and the request sent again is answered the same',
  () => killEdgeAtSteps('file', 3),
  300_000,
);

test(
  'F1 and F3: an edge killed at steps of a small store, whose bytes commit with its job, leaves all or nothing of it',
  () => killEdgeAtSteps('database', 2),
  300_000,
);
