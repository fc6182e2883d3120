import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What needs judges or many connections; run by `.ci/run`, not by `npm test`. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/http/long/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
