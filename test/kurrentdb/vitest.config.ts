import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* Needs a KurrentDB server, named by ARKIM_KURRENTDB_URL. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/kurrentdb/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
