import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* The archive runs over every file of ../shared/dicom and takes about 5 GB of the temp folder for a while. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/acceptance/long/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
