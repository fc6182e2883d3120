import { expect, test } from 'vitest';
import { createLog } from './log.js';

function logged(write: (log: ReturnType<typeof createLog>) => void) {
  const lines: string[] = [];
  const log = createLog({
    name: 'test',
    level: 'info',
    destination: { write: (line: string) => lines.push(line) },
  });
  write(log);
  return lines.map((line) => JSON.parse(line));
}

test('an entry is one JSON line with level, time, program and process', () =>
  expect(logged((log) => log.info({ jobs: 3 }, 'taken'))).toEqual([
    expect.objectContaining({
      level: 'info',
      name: 'test',
      pid: process.pid,
      jobs: 3,
      msg: 'taken',
    }),
  ]));
test('secrets are blanked wherever they stand', () => {
  const [entry] = logged((log) =>
    log.info({
      token: 'eyJ',
      request: { headers: { authorization: 'Bearer eyJ' }, url: '/?PatientID=1' },
    }),
  );
  expect(JSON.stringify(entry)).not.toMatch(/eyJ|PatientID/);
});
test('an error keeps type, code and stack, and loses values, UIDs and what the database tells in details', () => {
  const cause = Object.assign(new Error('invalid input syntax for type date: "19580314"'), {
    code: '22007',
    detail: 'Key (patient_id)=(A-1001) already exists.',
  });
  const [entry] = logged((log) =>
    log.error({ err: new TypeError('study 1.2.840.113619.2.55 failed', { cause }) }, 'failed'),
  );
  expect(entry.err).toMatchObject({
    type: 'TypeError',
    message: 'study [uid] failed',
    cause: { code: '22007', message: 'invalid input syntax for type date: "…"' },
  });
  expect(entry.err.stack).toContain('log.test.ts');
  expect(JSON.stringify(entry)).not.toMatch(/19580314|A-1001|1\.2\.840/);
});
test('what is thrown and is no error is told too', () =>
  expect(logged((log) => log.error({ err: 'plain' }))[0].err).toEqual({
    type: 'string',
    message: 'plain',
  }));
