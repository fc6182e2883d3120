import { defineConfig } from 'vitest/config';

/* These start whole archives with npm, one after the other: minutes, so not part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/bootstrap/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
