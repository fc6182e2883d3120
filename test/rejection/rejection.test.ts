import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
beforeAll(async () => {
  archive = await rejectingArchive();
});
afterAll(() => archive.close());

let studies = 0;
/** The number of a study that no other test has. */
const fresh = () => ++studies;

const uid = (study: number, series: number, instance: number) =>
  uidsOf(study, series, instance).instance;
const expectRebuilt = async () => {
  expect(await archive.core.rebuild()).toMatchObject(NO_DIFFERENCE);
};
/** Modalities, series, instances and SOP classes as the study's row has them; undefined when no search finds it. */
const rowOf = async (study: number) => {
  const [row] = await archive.search(`/studies?StudyInstanceUID=1.2.${study}&includefield=all`);
  const values = ['00080061', '00201206', '00201208', '00080062'];
  return row && values.map((tag) => row[tag].Value.join());
};
const CT_CLASS = '1.2.840.10008.5.1.4.1.1.2';

describe('what a note names', () => {
  test('is gone from searches, counts and retrievals, and the note with it; the rest stays', async () => {
    const n = fresh();
    await archive.send([image(n, 1, 1), image(n, 1, 2), image(n, 2, 1)]);
    expect(await rowOf(n)).toEqual(['CT,MR', '2', '3', CT_CLASS]);
    const path = `/dicom-web/studies/1.2.${n}/series/1.2.${n}.1/instances/${uid(n, 1, 1)}`;
    const uri = `/wado?requestType=WADO&studyUID=1.2.${n}&seriesUID=1.2.${n}.1&objectUID=${uid(n, 1, 1)}`;
    const paths = [path, `${path}/metadata`, `${path}/frames/1`, `${path}/rendered`, uri];
    for (const one of paths) expect([one, (await archive.get(one)).status]).toEqual([one, 200]);
    expect(await archive.send([noteOn(n, '113001', [[1, 1]])])).toMatchObject([
      { outcome: 'stored' },
    ]);
    expect(await archive.found(n)).toEqual([uid(n, 1, 2), uid(n, 2, 1)]);
    expect(await rowOf(n)).toEqual(['CT,MR', '2', '2', CT_CLASS]);
    expect(await archive.search('/instances?Modality=KO')).toEqual([]);
    for (const one of paths)
      await expect.poll(async () => (await archive.get(one)).status).toBe(404);
    const { bytes } = await archive.get(`/dicom-web/studies/1.2.${n}/metadata`, {
      accept: 'application/dicom+json',
    });
    expect(JSON.parse(String(bytes))).toHaveLength(2);
  });

  test('takes its series along when nothing of that is left, with its modality', async () => {
    const n = fresh();
    await archive.send([image(n, 1, 1), image(n, 2, 1), image(n, 2, 2)]);
    const all = [
      [2, 1],
      [2, 2],
    ] as const;
    await archive.send([noteOn(n, '113038', all)]);
    expect(await rowOf(n)).toEqual(['CT', '1', '1', CT_CLASS]);
    const query = `StudyInstanceUID=1.2.${n}&ModalitiesInStudy=MR`;
    expect(await archive.search(`/studies?${query}`)).toEqual([]);
    expect(await archive.search(`/studies/1.2.${n}/series`)).toHaveLength(1);
    const series = `/dicom-web/studies/1.2.${n}/series/1.2.${n}.2`;
    expect((await archive.get(series)).status).toBe(404);
  });

  test.each([
    ['113001', 'rejected-quality'],
    ['113037', 'rejected-safety'],
    ['113038', 'rejected-safety'],
    ['113039', 'rejected-safety'],
  ])('takes the whole study along when nothing is left: %s', async (code, state) => {
    const n = fresh();
    await archive.send([image(n, 1, 1)]);
    await archive.send([noteOn(n, code, [[1, 1]])]);
    expect([await rowOf(n), await archive.stateOf(n)]).toEqual([undefined, state]);
    expect(await archive.search(`/series?StudyInstanceUID=1.2.${n}`)).toEqual([]);
    expect(await archive.found(n)).toEqual([]);
    for (const path of ['', '/metadata', '/rendered'])
      expect((await archive.get(`/dicom-web/studies/1.2.${n}${path}`)).status).toBe(404);
    const zip = { accept: 'application/zip' };
    expect((await archive.get(`/dicom-web/studies/1.2.${n}`, zip)).status).toBe(404);
  });

  test('may come after the note', async () => {
    const n = fresh();
    await archive.send([noteOn(n, '113037', [[1, 1]])]);
    await archive.send([image(n, 1, 1)]);
    expect([await rowOf(n), await archive.stateOf(n)]).toEqual([undefined, 'rejected-safety']);
    await archive.send([image(n, 1, 2)]);
    expect(await archive.found(n)).toEqual([uid(n, 1, 2)]);
    expect([await rowOf(n), await archive.stateOf(n)]).toEqual([
      ['CT', '1', '1', CT_CLASS],
      'active',
    ]);
  });

  test('may come with the note in one request', async () => {
    const n = fresh();
    const files = [noteOn(n, '113001', [[1, 1]]), image(n, 1, 1), image(n, 1, 2)];
    const told = await archive.send(files);
    expect(told.map(({ outcome }) => outcome)).toEqual(files.map(() => 'stored'));
    expect(await archive.found(n)).toEqual([uid(n, 1, 2)]);
  });

  test('is another hospital’s business alone when that has the same study', async () => {
    const n = fresh();
    await archive.send([image(n, 1, 1)], 'HOSP-B');
    await archive.send([image(n, 1, 1)]);
    await archive.send([noteOn(n, '113037', [[1, 1]])]);
    expect(await archive.found(n, { organisation: 'HOSP-B' })).toEqual([uid(n, 1, 1)]);
    expect(await archive.found(n)).toEqual([]);
  });

  test('keeps its bytes through settling, and is there again when the rejection is revoked', async () => {
    const n = fresh();
    const bytes = image(n, 1, 1);
    await archive.send([bytes, image(n, 1, 2)]);
    await archive.send([noteOn(n, '113037', [[1, 1]])]);
    await archive.settle(n);
    await expectRebuilt();
    expect(await archive.found(n)).toEqual([uid(n, 1, 2)]);
    expect(await archive.revokeAll(n)).toBe(1);
    expect(await archive.found(n)).toEqual([uid(n, 1, 1), uid(n, 1, 2)]);
    expect(await rowOf(n)).toEqual(['CT', '1', '2', CT_CLASS]);
    const path = `/dicom-web/studies/1.2.${n}/series/1.2.${n}.1/instances/${uid(n, 1, 1)}`;
    const got = await archive.get(path);
    expect([got.status, got.bytes.includes(bytes)]).toEqual([200, true]);
    expect(await archive.revokeAll(n)).toBe(0);
  });

  test('that two notes name is there again when both are revoked', async () => {
    const n = fresh();
    const all = [
      [1, 1],
      [1, 2],
    ] as const;
    await archive.send([image(n, 1, 1), image(n, 1, 2)]);
    await archive.send([noteOn(n, '113001', [[1, 1]], { instance: `1.2.${n}.900.1` })]);
    await archive.send([noteOn(n, '113037', all, { instance: `1.2.${n}.900.2` })]);
    expect(await archive.stateOf(n)).toBe('rejected-safety');
    const { items } = await archive.held.list(HOSPITAL, { after: '', studiesMax: 1_000 });
    const safety = items.find(
      ({ claim, code }) => claim === archive.claimOf(n) && code === '113037',
    );
    await archive.held.revoke({ ...safety!, hospital: HOSPITAL, actor: 'test' });
    await archive.core.revoke();
    expect(await archive.found(n)).toEqual([uid(n, 1, 2)]);
    expect(await archive.stateOf(n)).toBe('active');
    expect(await archive.revokeAll(n)).toBe(1);
    expect(await archive.found(n)).toEqual([uid(n, 1, 1), uid(n, 1, 2)]);
  });
});

describe('a rejected instance that is sent again', () => {
  const sentAgain = async (n: number, setting?: string) => {
    const rejection = { sentAgain: setting, qualityShownTo: [] };
    const settings = setting === undefined ? {} : { rejection };
    await archive.core.pool.query('update hospitals set settings = $1', [JSON.stringify(settings)]);
    archive.core.passTime(10_000);
    await archive.send([image(n, 1, 1), image(n, 1, 2)]);
    await archive.send([noteOn(n, '113001', [[1, 1]])]);
    return archive.send([image(n, 1, 1)]);
  };
  test('is refused where nothing else is said', async () => {
    const n = fresh();
    expect(await sentAgain(n)).toMatchObject([
      { outcome: 'refused', reason: 0x0124, why: 'rejected' },
    ]);
    expect(await archive.found(n)).toEqual([uid(n, 1, 2)]);
  });
  test('is taken as kept, and stays rejected', async () => {
    const n = fresh();
    expect(await sentAgain(n, 'ignore')).toMatchObject([{ outcome: 'same' }]);
    expect(await archive.found(n)).toEqual([uid(n, 1, 2)]);
  });
  test('is seen again, by one fact', async () => {
    const n = fresh();
    const before = (await archive.core.facts('RejectionRevoked')).length;
    expect(await sentAgain(n, 'restore')).toMatchObject([{ outcome: 'same' }]);
    expect(await archive.found(n)).toEqual([uid(n, 1, 1), uid(n, 1, 2)]);
    expect(await archive.send([image(n, 1, 1)])).toMatchObject([{ outcome: 'same' }]);
    expect(await archive.core.facts('RejectionRevoked')).toHaveLength(before + 1);
  });
});

describe('what was rejected for its quality', () => {
  const shown = async (study: number, roles: readonly string[], organisation = HOSPITAL) => {
    const path = `/dicom-web/studies/1.2.${study}/metadata`;
    const { status, bytes } = await archive.get(path, {
      ...{ roles: [...roles], organisation },
      accept: 'application/dicom+json',
    });
    return status === 200 ? JSON.parse(String(bytes)).length : status;
  };
  test.each([
    ['a part of a study', [[1, 1]], 1],
    [
      'a whole study',
      [
        [1, 1],
        [1, 2],
      ],
      404,
    ],
  ] as const)('is shown to whom its hospital names: %s', async (_name, rejects, others) => {
    const n = fresh();
    await archive.send([image(n, 1, 1), image(n, 1, 2)]);
    await archive.send([noteOn(n, '113001', rejects)]);
    const rejection = { sentAgain: 'reject', qualityShownTo: ['physician'] };
    await archive.core.pool.query('update hospitals set settings = $1', [
      JSON.stringify({ issuers: [], clients: [], rejection }),
    ]);
    await archive.core.pool.query('update registry_state set version = version + 1');
    await archive.api.ports.registry.look('all');
    expect(await shown(n, ['physician'])).toBe(2);
    expect(await shown(n, ['radiologist'])).toBe(others);
    expect(await shown(n, ['physician'], 'HOSP-B')).toBe(404);
    await archive.send([noteOn(n, '113037', [[1, 1]], { instance: `1.2.${n}.900.2` })]);
    expect(await shown(n, ['physician'])).not.toBe(2);
  });
});

describe('a note is refused', () => {
  type Says = Parameters<typeof noteOn>[3];
  const refused = async (why: string, says: (n: number, other: number) => Says) => {
    const [n, other] = [fresh(), fresh()];
    await archive.send([image(n, 1, 1), image(other, 1, 1)]);
    const told = await archive.send([noteOn(n, '113037', [[1, 1]], says(n, other))]);
    expect(told).toMatchObject([{ outcome: 'refused', why }]);
    expect(await archive.found(n)).toEqual([uid(n, 1, 1)]);
    expect(await archive.found(other)).toEqual([uid(other, 1, 1)]);
  };
  test('that says it is about another study', () =>
    refused('note-other-study', (_, other) => ({ of: `1.2.${other}` })));
  test('that names an instance of another study as its own', () =>
    refused('note-other-study', (n, other) => ({
      rejects: { [`1.2.${n}.1`]: [uid(other, 1, 1)] },
    })));
  test('that names an instance in a series where it isn’t', () =>
    refused('note-unclear', (n) => ({ rejects: { [`1.2.${n}.7`]: [uid(n, 1, 1)] } })));
  test('that names nothing', () => refused('note-unclear', () => ({ rejects: {} })));
  test('that names itself', () =>
    refused('note-unclear', (n) => ({ rejects: { [`1.2.${n}.900`]: [`1.2.${n}.900.1`] } })));
});

test('a selection with another title is an instance as any', async () => {
  const n = fresh();
  await archive.send([image(n, 1, 1)]);
  await archive.send([noteOn(n, '113000', [[1, 1]])]);
  expect(await archive.found(n)).toEqual([uid(n, 1, 1), `1.2.${n}.900.1`]);
});

test('a rebuild of all that came before gives the same rows, and whose they are', async () => {
  await expectRebuilt();
  expect(await archive.core.rebuildTable('study_access')).toMatchObject({
    ...{ missing: 0, extra: 0, changed: 0 },
  });
});
