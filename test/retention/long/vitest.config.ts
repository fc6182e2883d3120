import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* A million studies, judged by PostgreSQL's own calendar. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/retention/long/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
