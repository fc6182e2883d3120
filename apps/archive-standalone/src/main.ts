import { readConfig } from '#platform/config';
import { drainOnSignal } from '#platform/drain';
import { createLog } from '#platform/log';
import { OperatorFault } from '#platform/operator-fault';
import { createArchive } from './archive.js';

/** API, workers and PostgreSQL each get their time; what isn't done by then is killed. */
const DRAIN_MS_MAX = 170_000;

/* Who reads our output may go away; the archive stays. */
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

try {
  const config = readConfig();
  const log = createLog({ name: 'supervisor', level: config.logLevel });
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const archive = createArchive({ config, env: process.env, log, say });
  drainOnSignal({
    drain: async () => {
      say('arkim: stopping');
      await archive.stop();
      say('arkim: stopped');
    },
    drainMsMax: DRAIN_MS_MAX,
    onFault: (error) => tell(error),
  });
  const giveUp = async (error: unknown) => {
    tell(error);
    await archive.stop();
    process.exit(1);
  };
  archive.failed.then(giveUp).catch(crash);
} catch (error) {
  crash(error);
}

function crash(error: unknown): void {
  tell(error);
  process.exit(1);
}

function tell(error: unknown): void {
  const text = error instanceof OperatorFault ? error.message : describe(error);
  process.stderr.write(`arkim: ${text}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
