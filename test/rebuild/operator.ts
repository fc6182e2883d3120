import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { commands } from '../../apps/archive-cli/src/commands.js';
import { TEST_SECRETS } from '../support/archive-core.js';
import { type LogPlan, stubLog } from '../support/log.js';

/** What a command answered. */
export type Answered = Readonly<{ code: number; lines: readonly string[] }>;

/** Somebody who gives commands of `arkim` in this process, beside the archive on the database of `url`, whose log is there too unless it's planned elsewhere. */
export async function operatorOf(url: string, plan?: LogPlan) {
  const folder = await mkdtemp(join(tmpdir(), 'arkim-operator-'));
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys/master.key'), TEST_SECRETS.masterKey);
  await writeFile(join(folder, 'keys/lookup.key'), TEST_SECRETS.lookupKey);
  vi.stubEnv('ARKIM_DATA', folder);
  vi.stubEnv('ARKIM_POSTGRES_URL', url);
  stubLog(plan);
  return {
    arkim: async (name: string, ...args: readonly string[]): Promise<Answered> => {
      const lines: string[] = [];
      const command = await commands[name]?.();
      if (command === undefined) throw new Error(`there is no command ${name}`);
      const terminal = { answer: (line: string) => lines.push(line), progress: () => undefined };
      return { code: await command.run(args, terminal), lines };
    },
    leave: async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    },
  };
}

export type Operator = Awaited<ReturnType<typeof operatorOf>>;
