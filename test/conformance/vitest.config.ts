import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* One archive for all files, started before the first: a suite of its own, not part of `npm test`. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/conformance/**/*.test.ts'],
    globalSetup: ['test/conformance/start-archive.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
