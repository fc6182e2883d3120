import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkIdentities } from '#index/postgres/identity-commands';
import { copiesOf, scanOf } from '../../apps/archive-cli/src/copies/copies.module.js';
import {
  listDistinct,
  listObjects,
  listSplit,
} from '../../apps/archive-cli/src/copies/list-copies.js';
import { scanStudy } from '../../apps/archive-cli/src/copies/scan-pixels.js';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { identityPorts, said } from '../identity/people.js';
import { TEST_SECRETS } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type ChangesArchive, changesArchive } from './changes-archive.js';

let world: ChangesArchive;
beforeAll(async () => {
  world = await changesArchive();
  await store(1, 'anna', ['a', 'b', 'c']);
});
afterAll(() => world.close());

const PATH = '/governance/duplicate-objects';
const SIDE = 32;
/** 2 KiB that look like nothing else. */
const pictureOf = (name: string): Buffer =>
  Buffer.concat(
    Array.from({ length: (SIDE * SIDE * 2) / 32 }, (_, at) =>
      createHash('sha256').update(`${name} ${at}`).digest(),
    ),
  );
const imageOf = (
  study: number,
  patient: string,
  {
    picture,
    instance,
    accession = '',
  }: Readonly<{ picture: Buffer; instance: number; accession?: string }>,
) =>
  part10(
    ctSlice(
      { study: `1.2.${study}`, series: `1.2.${study}.1`, instance: `1.2.${study}.1.${instance}` },
      {
        '00080050': ['SH', accession],
        '00100020': ['LO', patient],
        '00200013': ['IS', String(instance)],
        '00280010': ['US', SIDE],
        '00280011': ['US', SIDE],
        '7FE00010': ['OW', picture],
      },
    ),
  );
type Stored = Readonly<{ hospital?: string; first?: number; accession?: string }>;
/** Stores a study with these pictures and settles it. */
const store = async (
  study: number,
  patient: string,
  pictures: readonly (string | Buffer)[],
  { hospital = 'HOSP-A', first = 1, accession = '' }: Stored = {},
) => {
  const files = pictures.map((each, index) =>
    imageOf(study, patient, {
      picture: typeof each === 'string' ? pictureOf(each) : each,
      ...{ instance: first + index, accession },
    }),
  );
  await world.archive.send(files, hospital);
  await world.archive.work();
  await settleStudy(world.archive.settle, { claim: world.claimOf(hospital, study), hospital });
  return files;
};
const claim = (study: number, hospital = 'HOSP-A') => world.claimOf(hospital, study);
const ask = async (path = '', role = 'records-manager', hospital = 'HOSP-A') =>
  (await world.get(PATH + path, await world.api.token(role, hospital))).json;
const copies = async () => (await ask()).copies;
const pairs = async (query = '') => (await ask(`/studies${query}`)).items;
const between = (one: number, other: number) => {
  const [first, second] = [one, other].map((study) => claim(study)).toSorted();
  return {
    first: expect.objectContaining({ claim: first }),
    second: expect.objectContaining({ claim: second }),
  };
};

const terminal = () => {
  const lines: string[] = [];
  return { lines, answer: (line: string) => lines.push(line), progress: () => undefined };
};

test('a study of its own is no copy', async () => {
  expect(await ask()).toMatchObject({
    hospital: 'HOSP-A',
    lookedAt: { studies: 1, instances: 3, ofStudies: 1, ofInstances: 3 },
    copies: [],
    sentAgain: { instances: 0, bytes: 0 },
  });
});

describe('the same pixels', () => {
  test('under another patient id and new UIDs are found', async () => {
    await store(2, 'bert', ['a', 'b', 'x']);
    expect(await pairs()).toEqual([
      { kind: 'other-person', instances: 2, bytes: expect.any(Number), ...between(1, 2) },
    ]);
    expect(await copies()).toEqual([
      { kind: 'other-person', pairs: 1, instances: 2, bytes: expect.any(Number) },
    ]);
  });
  test('of one patient under new UIDs are told apart from those', async () => {
    await store(3, 'anna', ['c']);
    expect(await pairs('?kind=same-patient')).toEqual([
      { kind: 'same-patient', instances: 1, bytes: expect.any(Number), ...between(1, 3) },
    ]);
  });
  test('of two ids of one human too, as soon as they are linked', async () => {
    await linkIdentities(identityPorts(world.archive), said(), {
      patient: { authority: 'HOSP-A', value: 'anna' },
      other: { authority: 'HOSP-A', value: 'bert' },
    });
    expect((await pairs('?kind=other-id')).length).toBe(1);
    expect(await pairs('?kind=other-person')).toEqual([]);
  });
  test('twice in one study count once too many', async () => {
    await store(4, 'carl', ['twice', 'twice', 'once', 'twice']);
    expect(await pairs('?kind=same-study')).toMatchObject([{ instances: 2, ...between(4, 4) }]);
  });
  test('that come later to a study that was settled are found too', async () => {
    await store(5, 'dora', ['p']);
    await store(6, 'emil', ['q']);
    await store(6, 'emil', ['p'], { first: 2 });
    expect(await pairs('?kind=other-person')).toMatchObject([{ instances: 1, ...between(5, 6) }]);
  });
  test('of another hospital are nobody’s business', async () => {
    await store(7, 'anna', ['a', 'b', 'c'], { hospital: 'HOSP-B' });
    expect((await ask('', 'records-manager', 'HOSP-B')).copies).toEqual([]);
    const all = await pairs();
    expect(JSON.stringify(all)).not.toContain(claim(7, 'HOSP-B'));
  });
  test('in more than 16 studies are no copies but a logo', async () => {
    for (let study = 20; study < 40; study++)
      await store(study, `p${study}`, ['logo', `own ${study}`]);
    const found = await pairs(`?limit=200`);
    const last = claim(39);
    expect(JSON.stringify(found)).not.toContain(last);
  });
  test('of one value are no copies', async () => {
    const blank = Buffer.alloc(SIDE * SIDE * 2, 7);
    await store(50, 'one', [blank]);
    await store(51, 'two', [blank]);
    expect(JSON.stringify(await pairs('?limit=200'))).not.toContain(claim(51));
  });
  test('bytes are those of whole files', async () => {
    const [file] = await store(60, 'size', ['size']);
    await store(61, 'size', ['size']);
    const found = (await pairs('?kind=same-patient')).find((each: { first: { study: string } }) =>
      /^1\.2\.6[01]$/.test(each.first.study),
    );
    expect(found.bytes).toBeGreaterThan((file?.length ?? 0) - 64);
    expect(found.bytes).toBeLessThan((file?.length ?? 0) + 64);
  });
});

describe('what was sent again', () => {
  test('is counted with its bytes, once for each request', async () => {
    const files = [imageOf(70, 'again', { picture: pictureOf('again'), instance: 1 })];
    for (let n = 0; n < 3; n++) await world.archive.send(files);
    await world.archive.work();
    await world.archive.send(files);
    await world.archive.work();
    const bytes = 3 * (files[0]?.length ?? 0);
    expect((await ask()).sentAgain).toEqual({ instances: 3, bytes });
  });
});

describe('an examination in several studies', () => {
  test('is one accession number of one patient', async () => {
    await store(80, 'split', ['s1'], { accession: 'ACC-1' });
    await store(81, 'split', ['s2'], { accession: 'ACC-1' });
    await store(82, 'other', ['s3'], { accession: 'ACC-1' });
    expect((await ask()).split).toEqual({ examinations: 1, studies: 2 });
    const { items, more } = await ask('/split');
    const studies = items[0].studies.map((each: { study: string }) => each.study).toSorted();
    expect([items.length, more, studies]).toEqual([1, false, ['1.2.80', '1.2.81']]);
  });
});

describe('a cohort', () => {
  test('keeps one of each set of equals, and the whole before its part', async () => {
    const token = await world.api.token('records-manager', 'HOSP-A');
    const answer = await fetch(`${world.api.url}${PATH}/one-of-each`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        claims: [claim(3), claim(1), claim(2), claim(60), claim(61), claim(7, 'HOSP-B')],
      }),
    });
    const [kept, copy] = [claim(60), claim(61)].toSorted();
    const found = (await answer.json()) as { kept: string[]; copies: unknown[] };
    expect(new Set(found.kept)).toEqual(new Set([claim(1), claim(2), kept]));
    expect(found.copies).toHaveLength(2);
    expect(found.copies).toContainEqual({ claim: claim(3), of: claim(1) });
    expect(found.copies).toContainEqual({ claim: copy, of: kept });
  });
});

describe('who may see what', () => {
  test('an officer sees counts, and no study', async () => {
    expect((await ask('', 'dpo')).copies.length).toBeGreaterThan(0);
    expect(await ask('/studies', 'dpo')).toEqual({ items: [], more: false });
    expect(await ask('/split', 'dpo')).toEqual({ items: [], more: false });
  });
  test('pages of one pair each are the whole list', async () => {
    const whole = await pairs('?limit=200');
    const found = [];
    let after = '';
    for (let more = true; more; ) {
      const page = await ask(`/studies?limit=1${after}`);
      found.push(...page.items);
      more = page.more;
      const last = page.items.at(-1);
      after = `&after=${last.first.claim}.${last.second.claim}`;
    }
    expect(found).toEqual(whole);
  });
  test('a list is written down as a search that found these studies', async () => {
    const { rows } = await world.archive.pool.query(
      `select rule from audit_records where kind = 'duplicate-objects' limit 1`,
    );
    expect(rows).toEqual([{ rule: 'records-manager-finds' }]);
  });
  test('digests tell nothing of a picture to whoever has it', async () => {
    const { rows } = await world.archive.pool.query('select digest from pixel_digests');
    const plain = createHash('sha256').update(pictureOf('a')).digest().subarray(0, 16);
    expect(rows.some(({ digest }) => plain.equals(digest))).toBe(false);
  });
});

describe('on the command line', () => {
  const own = () => copiesOf({ pool: world.archive.pool, findable: world.archive.ingest.findable });
  test('all pairs of a hospital are listed as CSV', async () => {
    const told = terminal();
    await listObjects(own(), told, { hospital: 'HOSP-A', kind: 'same-patient' });
    const [head, ...lines] = told.lines;
    expect(head).toBe('kind,instances,bytes,study,other');
    expect(lines.map((line) => line.split(',').slice(3).toSorted())).toContainEqual([
      '1.2.1',
      '1.2.3',
    ]);
    expect(lines).toHaveLength((await pairs('?kind=same-patient')).length);
  });
  test('a cohort is all studies but the copies', async () => {
    const told = terminal();
    await listDistinct(own(), told, 'HOSP-A');
    const { rows } = await world.archive.pool.query(
      `select study_uid from study_access where hospital = 'HOSP-A'`,
    );
    const left = rows.map(({ study_uid }) => study_uid).filter((uid) => !told.lines.includes(uid));
    expect(left.map((uid) => uid.replace(/^1\.2\.6[01]$/, 'one of two')).toSorted()).toEqual([
      '1.2.3',
      '1.2.5',
      'one of two',
    ]);
  });
  test('examinations in several studies are listed with their UIDs', async () => {
    const told = terminal();
    await listSplit(own(), told, 'HOSP-A');
    expect(told.lines.map((line) => line.split(',').toSorted())).toEqual([['1.2.80', '1.2.81']]);
  });
});

describe('a scan', () => {
  const scan = (study: number, repair = false) => {
    const { pool, store: objects, ingest, readExtract } = world.archive;
    const archive = {
      pool,
      store: objects,
      findable: ingest.findable,
      ids: ingest.ids,
      readExtract,
    };
    const opened = scanOf(archive, TEST_SECRETS.lookupKey, repair);
    return scanStudy(opened, { claim: claim(study), hospital: 'HOSP-A' });
  };
  const digests = async () =>
    (
      await world.archive.pool.query(
        `select 'digest' as of, encode(uid_hash, 'hex') as a, encode(digest, 'hex') as b, bytes as n from pixel_digests
         union all select 'copies', claim, other, instances from pixel_copies order by 1, 2, 3`,
      )
    ).rows;
  test('of what was settled finds what was digested when it was', async () => {
    for (const study of [1, 2, 4, 60]) expect(await scan(study)).toMatchObject({ differing: 0 });
    expect((await scan(1)).instances).toBe(3);
  });
  test('tells what differs, and puts it right only when it should', async () => {
    const before = await digests();
    await world.archive.pool.query('delete from pixel_digests where claim = $1', [claim(1)]);
    await world.archive.pool.query('delete from pixel_copies where $1 in (claim, other)', [
      claim(1),
    ]);
    expect(await scan(1)).toEqual({ instances: 3, differing: 3 });
    expect(await digests()).not.toEqual(before);
    expect(await scan(1, true)).toEqual({ instances: 3, differing: 3 });
    expect(await digests()).toEqual(before);
    expect(await scan(1)).toEqual({ instances: 3, differing: 0 });
  });
});
