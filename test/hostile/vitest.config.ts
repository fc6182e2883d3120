import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* Hostile input by seed. One input again: HOSTILE_SEED=<seed> npm test -- --config test/hostile/vitest.config.ts <file of the test that failed> */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/hostile/**/*.test.ts'],
    testTimeout: 1_000_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
