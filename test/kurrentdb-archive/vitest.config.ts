import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* The archive's own tests with its log on the KurrentDB that ARKIM_KURRENTDB_URL names. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'test/kurrentdb-archive/**/*.test.ts',
      'test/ingest/**/*.test.ts',
      'test/import/**/*.test.ts',
      'test/rebuild/**/*.test.ts',
      'test/store/**/*.test.ts',
      'test/simulation/*.test.ts',
    ],
    globalSetup: ['test/kurrentdb-archive/need-server.testing.ts', 'test/support/global-setup.ts'],
    testTimeout: 400_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
