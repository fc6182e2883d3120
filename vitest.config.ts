import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Suites with settings of their own need judges, a browser or time: `.ci/run` runs them. */
const suites = globSync('test/*/vitest.config.ts').map((file) => `${dirname(file)}/**`);

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['{apps,libs,test}/**/*.test.ts', 'bench/**/*.test.mjs'],
    exclude: [...suites, 'test/*/long/**', 'node_modules', 'dist'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
