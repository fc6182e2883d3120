import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* The archive's own tests with its log in another database than its index: no transaction spans the two. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'test/ingest/**/*.test.ts',
      'test/store/**/*.test.ts',
      'test/simulation/worker-crash.test.ts',
      'test/disposal/{crash,persona-7}.test.ts',
    ],
    env: { ARKIM_TEST_LOG: 'apart' },
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 400_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
