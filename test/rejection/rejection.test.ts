import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  HOSPITAL,
  image,
  NO_DIFFERENCE,
  noteOn,
  type RejectingArchive,
  rejectingArchive,
  uidsOf,
} from './rejecting-archive.js';

let archive: RejectingArchive;
beforeEach(async () => {
  archive = await rejectingArchive();
});
afterEach(() => archive.close());

const uid = (study: number, series: number, instance: number) =>
  uidsOf(study, series, instance).instance;
const expectRebuilt = async () => {
  expect(await archive.core.rebuild()).toMatchObject(NO_DIFFERENCE);
};
const study = async (number: number) => {
  const [row] = await archive.search(`/studies?StudyInstanceUID=1.2.${number}&includefield=all`);
  return (
    row && [
      row['00080061'].Value,
      row['00201206'].Value[0],
      row['00201208'].Value[0],
      row['00080062'].Value.length,
    ]
  );
};

describe('what a note names', () => {
  test('is gone from searches, counts and retrievals, and the note with it; the rest stays', async () => {
    await archive.send([image(1, 1, 1), image(1, 1, 2), image(1, 2, 1)]);
    expect(await study(1)).toEqual([['CT', 'MR'], 2, 3, 1]);
    const told = await archive.send([noteOn(1, '113001', [[1, 1]])]);
    expect(told).toMatchObject([{ outcome: 'stored' }]);
    archive.core.passTime(2_000);
    expect(await archive.found(1)).toEqual([uid(1, 1, 2), uid(1, 2, 1)]);
    expect(await study(1)).toEqual([['CT', 'MR'], 2, 2, 1]);
    expect(await archive.search('/instances?Modality=KO')).toEqual([]);
    const gone = `/dicom-web/studies/1.2.1/series/1.2.1.1/instances/${uid(1, 1, 1)}`;
    for (const path of [gone, `${gone}/metadata`, `${gone}/frames/1`, `${gone}/rendered`])
      expect([path, (await archive.get(path)).status]).toEqual([path, 404]);
    const uri = `/wado?requestType=WADO&studyUID=1.2.1&seriesUID=1.2.1.1&objectUID=${uid(1, 1, 1)}`;
    expect((await archive.get(uri)).status).toBe(404);
    const { bytes } = await archive.get('/dicom-web/studies/1.2.1/metadata', {
      accept: 'application/dicom+json',
    });
    expect(JSON.parse(String(bytes))).toHaveLength(2);
    await expectRebuilt();
  });

  test('takes its series along when nothing of that is left, with its modality', async () => {
    await archive.send([image(1, 1, 1), image(1, 2, 1), image(1, 2, 2)]);
    await archive.send([
      noteOn(1, '113038', [
        [2, 1],
        [2, 2],
      ]),
    ]);
    expect(await study(1)).toEqual([['CT'], 1, 1, 1]);
    expect(await archive.search('/studies?ModalitiesInStudy=MR')).toEqual([]);
    expect(await archive.search('/studies/1.2.1/series')).toHaveLength(1);
    expect((await archive.get('/dicom-web/studies/1.2.1/series/1.2.1.2')).status).toBe(404);
    await expectRebuilt();
  });

  test.each([
    ['113001', 'rejected-quality'],
    ['113037', 'rejected-safety'],
    ['113038', 'rejected-safety'],
    ['113039', 'rejected-safety'],
  ])('takes the whole study along when nothing is left: %s', async (code, state) => {
    await archive.send([image(1, 1, 1), image(2, 1, 1)]);
    await archive.send([noteOn(1, code, [[1, 1]])]);
    expect(await archive.search('/studies')).toHaveLength(1);
    expect(await archive.stateOf(1)).toBe(state);
    for (const path of ['', '/metadata', '/rendered', '/series', '/instances'])
      expect((await archive.get(`/dicom-web/studies/1.2.1${path}`)).status).not.toBe(200);
    const zip = { accept: 'application/zip' };
    expect((await archive.get('/dicom-web/studies/1.2.1', zip)).status).toBe(404);
    await expectRebuilt();
    expect(await archive.core.rebuildTable('study_access')).toMatchObject({ differing: 0 });
  });

  test('may come after the note', async () => {
    await archive.send([noteOn(1, '113037', [[1, 1]])]);
    await archive.send([image(1, 1, 1)]);
    expect(await archive.search('/studies')).toEqual([]);
    expect(await archive.stateOf(1)).toBe('rejected-safety');
    await archive.send([image(1, 1, 2)]);
    expect(await archive.found(1)).toEqual([uid(1, 1, 2)]);
    expect([await study(1), await archive.stateOf(1)]).toEqual([[['CT'], 1, 1, 1], 'active']);
    await expectRebuilt();
  });

  test('may come with the note in one request', async () => {
    const files = [noteOn(1, '113001', [[1, 1]]), image(1, 1, 1), image(1, 1, 2)];
    expect((await archive.send(files)).map(({ outcome }) => outcome)).toEqual(
      files.map(() => 'stored'),
    );
    expect(await archive.found(1)).toEqual([uid(1, 1, 2)]);
    await expectRebuilt();
  });

  test('is another hospital’s business alone when that has the same study', async () => {
    await archive.send([image(1, 1, 1)], 'HOSP-B');
    await archive.send([image(1, 1, 1)]);
    await archive.send([noteOn(1, '113037', [[1, 1]])]);
    expect(await archive.found(1, { organisation: 'HOSP-B' })).toEqual([uid(1, 1, 1)]);
    expect(await archive.found(1)).toEqual([]);
  });

  test('keeps its bytes through settling, and is there again when the rejection is revoked', async () => {
    const bytes = image(1, 1, 1);
    await archive.send([bytes, image(1, 1, 2)]);
    await archive.send([noteOn(1, '113037', [[1, 1]])]);
    await archive.settle(1);
    await expectRebuilt();
    expect(await archive.found(1)).toEqual([uid(1, 1, 2)]);
    expect(await archive.revokeAll(1)).toBe(1);
    expect(await archive.found(1)).toEqual([uid(1, 1, 1), uid(1, 1, 2)]);
    expect(await study(1)).toEqual([['CT'], 1, 2, 1]);
    const path = `/dicom-web/studies/1.2.1/series/1.2.1.1/instances/${uid(1, 1, 1)}`;
    const got = await archive.get(path);
    expect([got.status, got.bytes.includes(bytes)]).toEqual([200, true]);
    await expectRebuilt();
    expect(await archive.revokeAll(1)).toBe(0);
  });

  test('that two notes name is there again when both are revoked', async () => {
    await archive.send([image(1, 1, 1), image(1, 1, 2)]);
    await archive.send([noteOn(1, '113001', [[1, 1]], { instance: '1.2.1.900.1' })]);
    await archive.send([
      noteOn(
        1,
        '113037',
        [
          [1, 1],
          [1, 2],
        ],
        { instance: '1.2.1.900.2' },
      ),
    ]);
    expect(await archive.stateOf(1)).toBe('rejected-safety');
    const { rows } = await archive.core.pool.query(
      `select one->>'rejection' as id from findable_1.rejected r, json_array_elements(r.rejections::json->'rejections') one where one->>'code' = '113037'`,
    );
    await archive.core.pool.query(
      `insert into rejection_revocations (hospital, claim, rejection, actor) values ($1, $2, $3, 'test')`,
      [HOSPITAL, archive.claimOf(1), rows[0].id],
    );
    await archive.core.revoke();
    expect(await archive.found(1)).toEqual([uid(1, 1, 2)]);
    expect(await archive.stateOf(1)).toBe('active');
    await archive.revokeAll(1);
    expect(await archive.found(1)).toEqual([uid(1, 1, 1), uid(1, 1, 2)]);
    await expectRebuilt();
  });
});

describe('a rejected instance that is sent again', () => {
  const rejected = async (sentAgain?: string) => {
    if (sentAgain !== undefined)
      await archive.core.pool.query('update hospitals set settings = $1', [
        JSON.stringify({ rejection: { sentAgain, qualityShownTo: [] } }),
      ]);
    await archive.send([image(1, 1, 1), image(1, 1, 2)]);
    await archive.send([noteOn(1, '113001', [[1, 1]])]);
    return archive.send([image(1, 1, 1)]);
  };
  test('is refused where nothing else is said', async () => {
    expect(await rejected()).toMatchObject([
      { outcome: 'refused', reason: 0x0124, why: 'rejected' },
    ]);
    expect(await archive.found(1)).toEqual([uid(1, 1, 2)]);
  });
  test('is taken as kept, and stays rejected', async () => {
    expect(await rejected('ignore')).toMatchObject([{ outcome: 'same' }]);
    expect(await archive.found(1)).toEqual([uid(1, 1, 2)]);
  });
  test('is seen again', async () => {
    expect(await rejected('restore')).toMatchObject([{ outcome: 'same' }]);
    expect(await archive.found(1)).toEqual([uid(1, 1, 1), uid(1, 1, 2)]);
    await expectRebuilt();
    expect(await archive.send([image(1, 1, 1)])).toMatchObject([{ outcome: 'same' }]);
    expect(await archive.core.facts('RejectionRevoked')).toHaveLength(1);
  });
});

describe('a note is refused', () => {
  const onto = async (file: Buffer) => {
    await archive.send([image(1, 1, 1), image(2, 1, 1)]);
    const told = await archive.send([file]);
    expect(await archive.found(1)).toEqual([uid(1, 1, 1)]);
    expect(await archive.found(2)).toEqual([uid(2, 1, 1)]);
    return told;
  };
  test('that says it is about another study', async () =>
    expect(await onto(noteOn(1, '113037', [[1, 1]], { of: '1.2.2' }))).toMatchObject([
      { outcome: 'refused', why: 'note-other-study' },
    ]));
  test('that names an instance of another study as its own', async () => {
    const rejects = { '1.2.1.1': [uid(2, 1, 1)] };
    expect(await onto(noteOn(1, '113037', [], { rejects }))).toMatchObject([
      { outcome: 'refused', why: 'note-other-study' },
    ]);
  });
  test('that names an instance in a series where it isn’t', async () => {
    const rejects = { '1.2.1.7': [uid(1, 1, 1)] };
    expect(await onto(noteOn(1, '113037', [], { rejects }))).toMatchObject([
      { outcome: 'refused', why: 'note-unclear' },
    ]);
  });
  test('that names nothing', async () =>
    expect(await onto(noteOn(1, '113037', []))).toMatchObject([
      { outcome: 'refused', why: 'note-unclear' },
    ]));
  test('that names itself', async () => {
    const rejects = { '1.2.1.900': ['1.2.1.900.1'] };
    expect(await onto(noteOn(1, '113037', [], { rejects }))).toMatchObject([
      { outcome: 'refused', why: 'note-unclear' },
    ]);
  });
});

test('a selection with another title is an instance as any', async () => {
  await archive.send([image(1, 1, 1)]);
  await archive.send([noteOn(1, '113000', [[1, 1]])]);
  expect(await archive.found(1)).toEqual([uid(1, 1, 1), '1.2.1.900.1']);
});
