import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/* Prints what failed of a vitest JSON report, a line each: its files, or its tests (a file that failed before its tests counts as one). */
const [report, what] = process.argv.slice(2);
for (const { name, status, assertionResults } of JSON.parse(readFileSync(report, 'utf8')).testResults) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (status !== 'failed' && failed.length === 0) continue;
  if (what === 'files') console.log(file);
  else if (failed.length === 0) console.log(file);
  else for (const test of failed) console.log(`${file}: ${test.fullName}`);
}
