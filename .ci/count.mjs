import { readFileSync } from 'node:fs';

/* Prints «passed failed left-out» of a vitest JSON report; a file that failed before its tests counts as one failure. */
const [file, exitCode] = process.argv.slice(2);
try {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + broken;
  const unexplained = failed === 0 && exitCode !== '0' ? 1 : 0;
  const leftOut = report.numPendingTests + report.numTodoTests;
  console.log(`${report.numPassedTests} ${failed + unexplained} ${leftOut}`);
} catch (error) {
  console.error(`${file}: ${error.message}`);
  console.log('0 1 0');
}
