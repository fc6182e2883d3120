import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* Real files, stored again under other UIDs, and what pydicom says of their pixels. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/copies-judges/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 1,
    disableConsoleIntercept: true,
  },
});
