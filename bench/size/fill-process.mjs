import { answerParent } from '../machine/answer-parent.mjs';
import { openDatabaseCode, openIngestCode } from './archive-code.mjs';
import { fillBlock } from './fill-block.mjs';

/** One ingest worker's worth of filling: takes one block of studies after the other from its parent. */
let opened;

answerParent(async (kind, job) => {
  if (kind === 'open') {
    opened = await open(job);
    return undefined;
  }
  return fillBlock(job, opened);
});

async function open({ folder, url, plan }) {
  const [code, { readConfig, createLog }] = await Promise.all([
    openIngestCode(),
    openDatabaseCode(),
  ]);
  const config = readConfig({ ARKIM_DATA: folder, ARKIM_POSTGRES_URL: url });
  const log = createLog({ name: 'size', level: 'warn', destination: 2 });
  const { ingest } = await code.openIngestWorker(config, log);
  return { ingest, code, plan };
}
