import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/* The master key in a token of SoftHSM, looked at by pkcs11-tool of OpenSC. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/pkcs11/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
});
