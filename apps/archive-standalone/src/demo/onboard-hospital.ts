import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OperatorFault } from '#platform/operator-fault';
import { programFile } from '../places.js';
import { withoutLogins } from '../program-url.js';
import type { DemoOptions } from './demo-options.js';

const run = promisify(execFile);

/** Onboards a hospital by the command that an operator would use. */
export async function onboardHospital(
  hospital: string,
  name: string,
  { config, env, databaseUrl, signal }: DemoOptions,
): Promise<void> {
  const args = [programFile('archive-cli'), 'onboard', hospital, '--name', name];
  await run(process.execPath, args, {
    env: {
      ...withoutLogins(env),
      ARKIM_DATA: config.dataFolder,
      ARKIM_POSTGRES_URL: databaseUrl,
      ARKIM_KURRENTDB_URL: config.kurrentUrl,
    },
    signal,
  }).catch((cause) => {
    signal.throwIfAborted();
    throw new OperatorFault(`${hospital} can't be onboarded: ${String(cause.stderr).trim()}`, {
      cause,
    });
  });
}
