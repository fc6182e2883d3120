import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* ARKIM_KURRENTDB_URL names the server; ARKIM_TEST_KURRENTDB_RESTART is a command that kills it, starts it on the same data and waits for it. */
const restartable = Boolean(process.env['ARKIM_TEST_KURRENTDB_RESTART']);
if (!restartable)
  process.stderr.write(
    'KurrentDB: crash.test.ts did not run: ARKIM_TEST_KURRENTDB_RESTART is not set\n',
  );

export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/kurrentdb/**/*.test.ts'],
    exclude: restartable ? [] : ['test/kurrentdb/crash.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
