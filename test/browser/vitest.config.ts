import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* A whole archive, and Debian's chromium as a newcomer's browser; pictures for a person to look at lie in .build/browser. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
