import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['{apps,libs,test}/**/*.test.ts', 'bench/**/*.test.mjs'],
    exclude: [
      'test/judges/**',
      'test/transcoding/**',
      'test/bootstrap/**',
      'test/*/long/**',
      'node_modules',
      'dist',
    ],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
