import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendOf, fact, metadata } from '../../libs/events/src/event-store.testing.js';
import { type SealedLogArchive, sealedLogArchive } from './sealed-log.js';

let archive: SealedLogArchive;
beforeEach(async () => {
  archive = await sealedLogArchive();
  await archive.append(appendOf('s', 0, 4), appendOf('t', 0, 4));
  await archive.seal(5);
  await archive.append(appendOf('u', 0, 2));
});
afterEach(() => archive.close());

const found = async () =>
  (await archive.verify()).findings.map(({ what, fault }) => `${what}: ${fault}`);

test('a log that nobody touched is as it was sealed', async () => {
  expect(await archive.verify()).toMatchObject({ events: 11, unsealed: 3, seals: 1, findings: [] });
});

test.each([
  ['data', `replace(data, 's/3', 's/2')`],
  ['metadata', `replace(metadata, 'test', 'tesu')`],
  ['type', `'Counten'`],
  ['recorded_at', `recorded_at - interval '1 day'`],
])('a changed %s is found and named', async (column, value) => {
  await archive.tamper(
    'events',
    `update events set ${column} = ${value} where stream = 's' and version = 3`,
  );
  expect(await found()).toContain('event s/3: changed');
});

test('an event that was removed is found and named', async () => {
  await archive.tamper('events', `delete from events where stream = 's' and version = 2`);
  expect(await found()).toEqual(['event s/2: removed']);
});

test('the last events of a stream don’t go unseen either', async () => {
  await archive.tamper('events', `delete from events where stream = 't' and version = 4`);
  expect(await found()).toEqual(['event t/4: removed']);
});

test('two events that changed places are found and named', async () => {
  await archive.tamper('events', `update events set xid = '3' where stream = 's' and version = 2`);
  expect(await found()).toEqual(['event s/2: reordered']);
});

test('an event that was put in between is found and named', async () => {
  const added = { ...appendOf('v', 0), events: [fact('put in')], metadata };
  await archive.append(added);
  await archive.tamper('events', `update events set xid = '3' where stream = 'v'`);
  expect(await found()).toContain('event v/1: inserted');
});

test('an event that was added with an older date is found and named', async () => {
  await archive.append(appendOf('v', 0));
  await archive.tamper(
    'events',
    `update events set recorded_at = recorded_at - interval '10 days' where stream = 'v'`,
  );
  expect(await found()).toEqual(['event v/1: back-dated']);
});

test('who changes the event and its leaf is found by the seal', async () => {
  await archive.tamper('events', `delete from events where stream = 't' and version = 4`);
  await archive.tamper(
    'evidence_leaves',
    `update evidence_leaves set leaf = sha256('x') where index = 3`,
  );
  const findings = await found();
  expect(findings).toContain('event s/4: changed');
  expect(findings.some((line) => /^day .*: changed$/.test(line))).toBe(true);
});

test('whoever makes the records of access anew is found by the log', async () => {
  const day = '2026-01-01';
  const sealed = { ...fact('a day', { day, digest: '01' }), type: 'DaySealed' };
  await archive.append({ ...appendOf(`evidence-${day}`, 0), events: [sealed] });
  const add = (digest: string) =>
    archive
      .tamper('audit_days', `delete from audit_days`)
      .then(() =>
        archive.pool.query(
          `insert into audit_days values ($1, 1, '', 1, 1, 0, '', decode($2, 'hex'))`,
          [day, digest],
        ),
      );
  await add('01');
  await archive.seal(4);
  expect(await found()).toEqual([]);
  await add('02');
  expect(await found()).toEqual([`day ${day} of access records: changed`]);
  await archive.tamper('audit_days', `delete from audit_days`);
  expect(await found()).toEqual([`day ${day} of access records: removed`]);
});

test('who changes the seal too is found by its digest, and by the log', async () => {
  await archive.tamper('evidence_seals', `update evidence_seals set root = sha256('x')`);
  const ofDays = async () => (await found()).filter((line) => line.startsWith('day '));
  expect(await ofDays()).toHaveLength(2);
  await archive.tamper('evidence_seals', `update evidence_seals set digest = sha256('y')`);
  expect(await ofDays()).toHaveLength(3);
});
