import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* What stores, searches and retrieves is tested once more, by the very same files, with its objects in a real S3 server; and what only S3 has. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'test/s3-archive/**/*.test.ts',
      'test/acceptance/*.test.ts',
      'test/{store,ingest,rebuild}/*.test.ts',
      'apps/archive-api/src/{store,search,retrieve}/**/*.test.ts',
    ],
    /* Gigabytes through a Ceph on the same two cores; and what compares rows with rows, whatever keeps the objects. */
    exclude: [
      '**/shared-buffers.test.ts',
      '**/rebuild-{planted,beside-stores,care,command,keys,overtaken}.test.ts',
      '**/{lost-commit,lanes,log-engine,conversion-pool}.test.ts',
    ],
    globalSetup: ['test/support/global-setup.ts', 'test/support/ceph-global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    disableConsoleIntercept: true,
  },
});
