import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '../..');
/** What a test calls to get a database, or an archive on one. */
const USES_DATABASE =
  /\b(testDatabase|testApi|archiveCore|workingArchive|filledArchive|archiveUnderRoles|importingArchive|crashWorker|killAtSteps|killEdgeAtSteps|startOwnServer)\(/;
const suites = globSync('test/*/vitest.config.ts', { cwd: root }).map((file) =>
  file.replace(/[^/]*$/, ''),
);
/** Kills, pixels and what is drawn at random take minutes, and ask the database for nothing that others don't. */
const SLOW =
  /^test\/simulation\/|\/retrieve\/(rendered\/|shared-buffers|transcoded)|\/(lost-commit|rebuild-planted|tampering|always-held|any-order|laws)\./;
const isOfSuite = (file: string) =>
  suites.some((folder) => file.startsWith(folder)) || /^test\/[^/]+\/long\//.test(file);
const databaseTests = globSync('{apps,libs,test}/**/*.test.ts', { cwd: root }).filter(
  (file) =>
    !isOfSuite(file) &&
    !SLOW.test(file) &&
    USES_DATABASE.test(readFileSync(resolve(root, file), 'utf8')),
);

/** Every test of `npm test` that uses a database, on Debian's PostgreSQL 15 instead of the embedded 18; and what only a server of one's own has. */
export default defineConfig({
  root,
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [...databaseTests, 'test/postgres-15/**/*.test.ts'],
    globalSetup: ['test/postgres-15/start-server.ts', 'test/support/global-setup.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
