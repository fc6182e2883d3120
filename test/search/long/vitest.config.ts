import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* DCMTK's archive answers the same queries. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/search/long/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
});
