import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* All routes in all roles and cases: minutes, where npm test walks the most of them in seconds. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/access/long/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
});
