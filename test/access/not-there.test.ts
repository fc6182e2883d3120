import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Who } from './access-archive.js';
import { insertRows } from './access-rows.js';
import { addressOf, type Filled, filledArchive, READS } from './routes-matrix.js';

const RADIOLOGIST: Who = { roles: ['radiologist'] };
/** Ways of asking that might tell what is there. */
const WAYS: readonly Readonly<{ name: string; init: RequestInit }>[] = [
  { name: 'plain', init: {} },
  { name: 'HEAD', init: { method: 'HEAD' } },
  { name: 'a tag that matches anything', init: { headers: { 'if-none-match': '*' } } },
  { name: 'a tag that must match', init: { headers: { 'if-match': '*' } } },
  { name: 'a range', init: { headers: { range: 'bytes=0-9' } } },
  { name: 'a type that nothing has', init: { headers: { accept: 'text/x-nothing' } } },
  { name: 'an archive', init: { headers: { accept: 'application/zip' } } },
];

let filled: Filled;
beforeAll(async () => {
  filled = await filledArchive();
  const { archive, samples } = filled;
  const { study } = samples.get('HOSP-B')!;
  const claim = archive.api.ports.ids.claim('HOSP-B', study);
  const listed = { claim, hospital: 'HOSP-B', patient: 'p', person: 'p', study_uid: study };
  await insertRows(archive.pool, 'study_access', listed);
  /* The first request of all also asks for its hospital. */
  await archive.ask('/dicom-web/studies/1.2', RADIOLOGIST);
});
afterAll(() => filled.archive.close());

/** Another UID of the same length, which nobody has. */
const unknown = (uid: string): string => `${uid.slice(0, -1)}${(Number(uid.at(-1)) + 1) % 10}`;

/* Which version of a projection is in use is asked for by time, whatever is asked for. */
const BY_TIME = 'findable-active';

/** All that a caller could notice, and what the database had to do. */
async function noticed(path: string, init: RequestInit) {
  const { archive } = filled;
  const from = archive.statements.length;
  const { status, headers, body } = await archive.ask(path, RADIOLOGIST, init);
  const { date: _date, ...others } = headers;
  const ran = archive.statements.slice(from).filter((name) => name !== BY_TIME);
  return { status, headers: others, body: body.toString(), ran };
}

describe.each(WAYS)('asked for by $name', ({ init }) => {
  test.each(READS)('$path of another hospital is as what nobody has', async (row) => {
    const { archive, samples } = filled;
    const [own, others] = [samples.get('HOSP-A')!, samples.get('HOSP-B')!];
    const nobodys = { ...others, study: unknown(others.study) };
    const claim = archive.api.ports.ids.claim('HOSP-B', others.study);
    const guessed = '0123456789abcdef'.repeat(2);
    const before = archive.records.length;
    const never = await noticed(addressOf(row, nobodys, guessed), init);
    const lookedUp = row.path.includes('{document}') ? ['findable_1-manifest-row'] : [];
    expect([never.status, never.ran]).toEqual([404, [...lookedUp, 'findable_1-study-standing']]);
    const forbidden = [addressOf(row, others, claim)];
    if (row.path.includes('{claim}'))
      forbidden.push(
        addressOf(row, others, guessed),
        addressOf(row, nobodys, claim),
        addressOf(row, own, claim),
        addressOf(row, own, guessed),
      );
    for (const address of forbidden) expect(await noticed(address, init)).toEqual(never);
    const records = archive.records.slice(before);
    expect(records.map(({ outcome }) => outcome)).toEqual([never, ...forbidden].map(() => 'deny'));
  });
});

test('an own study is there in all of these ways', async () => {
  const { archive, samples } = filled;
  const own = samples.get('HOSP-A')!;
  const claim = archive.api.ports.ids.claim('HOSP-A', own.study);
  for (const row of READS) {
    const { status } = await noticed(addressOf(row, own, claim), {});
    const unchanged = await noticed(addressOf(row, own, claim), {
      headers: { 'if-none-match': '*' },
    });
    expect([row.id, status, unchanged.status]).toEqual([row.id, 200, 304]);
  }
});
