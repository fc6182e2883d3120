import { expect, test } from 'vitest';
import { metrics } from './metrics.js';

const idle = async () => ({ waiting: [], freeBytes: undefined });

test('statements of searches are counted by the server that ran them', async () => {
  const reads = { primary: 2, replica: 40 };
  const { text } = metrics(
    idle,
    async () => true,
    () => reads,
  );
  expect(await text()).toContain('arkim_search_reads_total{server="replica"} 40\n');
  reads.primary++;
  expect(await text()).toContain('arkim_search_reads_total{server="primary"} 3\n');
});
