import { expect, test } from 'vitest';
import { metrics } from './metrics.js';

const idle = async () => ({ waiting: [], freeBytes: undefined });

test('statements of searches are counted by the server that ran them', async () => {
  const reads = { primary: 2, replica: 40 };
  const { text } = metrics(idle, async () => true, { reads: () => reads });
  expect(await text()).toContain('arkim_search_reads_total{server="replica"} 40\n');
  reads.primary++;
  expect(await text()).toContain('arkim_search_reads_total{server="primary"} 3\n');
});

test('where several edges share a port, each says beside every figure which it is', async () => {
  const { text } = metrics(idle, async () => true, { edge: 2 });
  const figures = (await text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(figures.filter((line) => !line.includes('edge="2"'))).toEqual([]);
  expect(figures).toContain('arkim_ingest_waiting_jobs{edge="2"} 0');
});
