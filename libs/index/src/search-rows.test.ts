import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import type { HeaderJson } from './header-json.js';
import { createFindable, findableSchema } from './postgres/findable-schema.js';
import { planSearch } from './search-plan.js';
import { planOf, queryOf } from './search-plan.testing.js';
import { positionOf, type SearchPosition } from './search-position.js';
import { wholeHospital } from './search-reach.js';
import { evolveSeriesRow, seriesColumns } from './series-row.js';
import { evolveStudyRow, studyColumns } from './study-row.js';

const VERSION = 900;
const SCHEMA = findableSchema(VERSION);

type Level = 'study' | 'series' | 'instance';
type Name = Readonly<{ Alphabetic?: string; Ideographic?: string; Phonetic?: string }>;
type Sample = Readonly<{
  uid: string;
  hospital?: string;
  name: Name;
  date: string;
  time: string;
  more?: HeaderJson;
  series: readonly Readonly<{ number?: number; modality: string; more?: HeaderJson }>[];
}>;

const text = (vr: string, ...Value: readonly unknown[]) => ({ vr, Value });

const SAMPLES: readonly Sample[] = [
  {
    uid: '1.1',
    name: { Alphabetic: 'Müller^Anna^^' },
    date: '20240110',
    time: '1015',
    more: {
      '00100020': text('LO', 'P_1%'),
      '00081030': text('LO', 'CT Thorax'),
      '00104000': text('LT', 'fell\u0000 down'),
      '00101002': text(
        'SQ',
        { '00100020': text('LO', 'OLD-1') },
        { '00100020': text('LO', 'OLD-2') },
      ),
      '00101010': text('AS', '042Y'),
    },
    series: [
      {
        number: 2,
        modality: 'CT',
        more: { '00400275': text('SQ', { '00401001': text('SH', 'RP1') }) },
      },
      {
        number: 1,
        modality: 'SR',
        more: {
          '00080201': text('SH', '+0130'),
          '00181030': text('LO', 'Routine'),
          '00400244': text('DA', '20240110'),
          '00400245': text('TM', '101501'),
        },
      },
    ],
  },
  {
    uid: '1.2',
    name: { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
    date: '20240111',
    time: '235959.5',
    more: {
      '00100020': text('LO', 'PX1A'),
      '00104000': text('LT', 'fell down'),
      '00080201': text('SH', '+0000'),
      '00101010': text('AS', '007Y'),
      '00101002': text(
        'SQ',
        { '00100020': text('LO', 'NEW'), '00100021': text('LO', 'X') },
        { '00100020': text('LO', 'NEWER'), '00100021': text('LO', 'Y') },
      ),
    },
    series: [{ modality: 'MR', more: { '00080201': text('SH', '+0000') } }],
  },
  {
    uid: '1.3',
    name: { Alphabetic: 'Mullerova' },
    date: '',
    time: '',
    more: {
      '00100020': text('LO', 'back\\slash'),
      '00081060': text('PN', { Alphabetic: 'House^Greg' }),
    },
    series: [{ number: 9, modality: 'CT' }],
  },
  {
    uid: '1.4',
    name: {},
    date: '20240112',
    time: '000000',
    series: [
      { number: 1, modality: 'US' },
      { number: 10, modality: 'US' },
    ],
  },
  {
    uid: '1.1',
    hospital: 'HOSP-B',
    name: { Alphabetic: 'Müller^Anna' },
    date: '20240110',
    time: '1015',
    series: [{ modality: 'CT' }],
  },
];

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(createFindable(VERSION));
  for (const sample of SAMPLES) await insert(sample);
});
afterAll(() => database.close());

async function insert({ uid, hospital = 'HOSP-A', name, date, time, more, series }: Sample) {
  const claim = `${hospital}-${uid}`;
  const shared = {
    '00080020': text('DA', date),
    '00080030': text('TM', time),
    '00100010': Object.keys(name).length === 0 ? { vr: 'PN' } : text('PN', name),
    '0020000D': text('UI', uid),
    ...more,
  };
  const batches = series.map(({ number, modality, more: own }, i) => ({
    claim,
    hospital,
    series: `${claim}-${i}`,
    version: i + 1,
    newSeries: true,
    bytes: 1,
    headers: [
      {
        ...shared,
        '00080060': text('CS', modality),
        '0020000E': text('UI', `${uid}.${i}`),
        ...(number === undefined ? {} : { '00200011': text('IS', number) }),
        ...own,
      },
    ],
  }));
  const study = batches.reduce(evolveStudyRow, undefined as Parameters<typeof evolveStudyRow>[0]);
  if (study === undefined) throw new Error('a sample has series');
  await insertRows('studies', [studyColumns(study)]);
  await insertRows(
    'series',
    batches.map((batch) => seriesColumns(evolveSeriesRow(undefined, batch))),
  );
}

const insertRows = (table: string, rows: readonly object[]) =>
  database.pool.query(
    `insert into ${SCHEMA}.${table} select * from json_populate_recordset(null::${SCHEMA}.${table}, $1)`,
    [JSON.stringify(rows)],
  );

const rowsOf = async (...args: Parameters<typeof planOf>) => {
  const { statement } = planOf(...args);
  const { rows } = await database.pool.query(statement.text.replaceAll('{schema}', SCHEMA), [
    ...statement.values,
  ]);
  return rows as Record<string, string>[];
};
const uidsOf = async (level: Level, query: string, scope = {}) =>
  (await rowsOf(level, query, scope)).map(
    (row) => row[level === 'study' ? 'study_uid' : 'series_uid'],
  );

describe('studies', () => {
  test("the latest come first, those without a date last, and another hospital's never", async () =>
    expect(await uidsOf('study', '')).toEqual(['1.4', '1.2', '1.1', '1.3']));

  test.each([
    ['StudyInstanceUID=1.3,1.1', ['1.1', '1.3']],
    ['PatientID=P_1%25', ['1.1']],
    ['PatientID=P_1*', ['1.1']],
    ['PatientID=P*1?', ['1.2', '1.1']],
    ['PatientID=p*', []],
    ['PatientID=back%5C*&multiplevaluematching=false', 'list-not-allowed'],
    ['PatientID=*slash', ['1.3']],
    ['PatientID=%22%22&emptyvaluematching=true', ['1.4']],
    ['PatientName=muller*', ['1.1', '1.3']],
    ['PatientName=MÜLLER^ANNA', ['1.1']],
    ['PatientName=muller^anna^', ['1.1']],
    ['PatientName=m%3Fller^*', ['1.1']],
    ['PatientName=Mullerova^*', ['1.3']],
    ['PatientName=Muller', []],
    ['PatientName=*anna', ['1.1']],
    ['PatientName=tarou*', []],
    ['PatientName=山田*', ['1.2']],
    ['PatientName=yamada^tarou', ['1.2']],
    ['PatientName=やまだ^たろう', ['1.2']],
    ['PatientName=yamada*%3D山田*', ['1.2']],
    ['PatientName=%3D山本*', []],
    ['PatientName=%3D%3D', ['1.4', '1.2', '1.1', '1.3']],
    ['PatientName=%22%22&emptyvaluematching=true', ['1.4']],
    ['StudyDate=20240110', ['1.1']],
    ['StudyDate=20240111-', ['1.4', '1.2']],
    ['StudyDate=-20240110', ['1.1']],
    ['StudyTime=10', ['1.1']],
    ['StudyTime=101500', ['1.1']],
    ['StudyTime=000000-1015', ['1.4', '1.1']],
    ['StudyTime=235959', ['1.2']],
    ['StudyDate=20240110-20240111&StudyTime=1016-235959', ['1.2']],
    ['StudyDate=20240110-20240112&StudyTime=1015-00', ['1.4', '1.2', '1.1']],
    ['StudyDate=20240112&TimezoneOffsetFromUTC=%2B0100', ['1.4', '1.2']],
    ['StudyDate=20240111&TimezoneOffsetFromUTC=%2B0100', []],
    ['StudyDate=20240111&TimezoneOffsetFromUTC=%2B0000', ['1.2']],
    ['StudyDate=20240111-&TimezoneOffsetFromUTC=-1200', ['1.4', '1.2']],
    ['StudyDate=-20240111&TimezoneOffsetFromUTC=-1200', ['1.2', '1.1']],
    [
      'StudyDate=20240111-20240112&StudyTime=2359-0100&TimezoneOffsetFromUTC=%2B0100',
      ['1.4', '1.2'],
    ],
    ['StudyDate=20240112-20240112&StudyTime=0100-0200&TimezoneOffsetFromUTC=%2B0100', []],
    ['ModalitiesInStudy=SR', ['1.1']],
    ['ModalitiesInStudy=MR,US', ['1.4', '1.2']],
    ['ModalitiesInStudy=?R', ['1.2', '1.1']],
    ['ModalitiesInStudy=CT%5CSR&multiplevaluematching=true', ['1.1']],
    ['ModalitiesInStudy=CT%5CMR&multiplevaluematching=true', []],
    ['PatientName=Mueller&fuzzymatching=true', ['1.1']],
    ['PatientName=*mueller*&fuzzymatching=true', ['1.1']],
    ['PatientName=*muller*&fuzzymatching=true', ['1.1', '1.3']],
    ['PatientName=*ulle*&fuzzymatching=true', ['1.1', '1.3']],
    ['PatientName=anna+mueller&fuzzymatching=true', ['1.1']],
    ['PatientName=hanna+mueller&fuzzymatching=true', []],
    ['PatientName=山田太郎&fuzzymatching=true', ['1.2']],
    ['PatientName=ヤマダ&fuzzymatching=true', ['1.2']],
    ['PatientName=Yamada&fuzzymatching=true&StudyDate=20240110', []],
    ['NumberOfStudyRelatedSeries=2', ['1.4', '1.1']],
    ['NumberOfStudyRelatedSeries=99999999999', []],
    ['StudyDescription=CT*&ModalitiesInStudy=CT', ['1.1']],
    ['Modality=CT', ['1.1', '1.3']],
    ['Modality=US&SeriesNumber=10', ['1.4']],
    ['Modality=MR&SeriesNumber=10', []],
    ['RequestAttributesSequence.RequestedProcedureID=RP1', ['1.1']],
    ['OtherPatientIDsSequence.PatientID=OLD-2', []],
    ['OtherPatientIDsSequence.PatientID=NEW&OtherPatientIDsSequence.IssuerOfPatientID=X', ['1.2']],
    ['OtherPatientIDsSequence.PatientID=NEW&OtherPatientIDsSequence.IssuerOfPatientID=Y', []],
    ['PatientAge=0*', ['1.2']],
    ['PatientComments=*down', ['1.2']],
    ['NameOfPhysiciansReadingStudy=HOUSE*', ['1.3']],
    ['PatientComments=%22%22&emptyvaluematching=true', ['1.4', '1.3']],
  ])('%s', async (query, expected) => {
    if (expected === 'list-not-allowed')
      await expect(uidsOf('study', query)).rejects.toThrow(expected);
    else expect(await uidsOf('study', query)).toEqual(expected);
  });

  test('a row with a NUL in its JSON does not fail a search, and is found by its columns', async () => {
    expect(await uidsOf('study', 'PatientComments=fell*')).toEqual(['1.2']);
    expect(await uidsOf('study', 'PatientID=P_1%25')).toEqual(['1.1']);
  });

  test('pages follow each other, each with one row more', async () => {
    expect(await uidsOf('study', 'limit=2')).toEqual(['1.4', '1.2', '1.1']);
    expect(await uidsOf('study', 'limit=2&offset=2')).toEqual(['1.1', '1.3']);
  });

  test('rows bring ready JSON', async () => {
    const [row] = await rowsOf('study', 'StudyInstanceUID=1.2');
    expect(JSON.parse(row?.['study_json'] ?? '')).toMatchObject({
      '0020000D': { vr: 'UI', Value: ['1.2'] },
    });
  });

  test('candidates of an unindexed search are counted by its columns alone', async () => {
    const plan = planOf('study', 'PatientComments=*x*&ModalitiesInStudy=CT');
    const { text: sql, values } = plan.candidates!;
    const { rows } = await database.pool.query(sql.replaceAll('{schema}', SCHEMA), [...values]);
    expect(rows).toEqual([{ candidates: 2 }]);
  });
});

describe('series', () => {
  test('stand in the order of their studies, then by number, those without one last', async () =>
    expect(await uidsOf('series', '')).toEqual([
      '1.4.0',
      '1.4.1',
      '1.2.0',
      '1.1.1',
      '1.1.0',
      '1.3.0',
    ]));

  test.each([
    ['', { study: '1.1' }, ['1.1.1', '1.1.0']],
    ['', { study: '9.9' }, []],
    ['Modality=CT', {}, ['1.1.0', '1.3.0']],
    ['SeriesInstanceUID=1.1.0', {}, ['1.1.0']],
    ['SeriesNumber=1', {}, ['1.4.0', '1.1.1']],
    ['SeriesNumber=%22%22&emptyvaluematching=true', {}, ['1.2.0']],
    ['PatientName=muller*&Modality=SR', {}, ['1.1.1']],
    ['ProtocolName=Rout*', {}, ['1.1.1']],
    [
      'PerformedProcedureStepStartDate=20240110-20240110&PerformedProcedureStepStartTime=1015-1015',
      {},
      ['1.1.1'],
    ],
    [
      'PerformedProcedureStepStartDate=20240110-20240110&PerformedProcedureStepStartTime=1016-1017',
      {},
      [],
    ],
    ['RequestAttributesSequence.RequestedProcedureID=RP*', {}, ['1.1.0']],
    [
      'RequestAttributesSequence.ScheduledProcedureStepID=%22%22&emptyvaluematching=true&Modality=MR',
      {},
      ['1.2.0'],
    ],
  ])('%s of %j', async (query, scope, expected) => {
    expect(await uidsOf('series', query, scope)).toEqual(expected);
  });
});

test('series are visited for instances as they are found', async () => {
  expect(await uidsOf('instance', '', { study: '1.1', series: '1.1.0' })).toEqual(['1.1.0']);
  expect(await uidsOf('instance', 'InstanceNumber=1&PatientID=PX1A')).toEqual(['1.2.0']);
  expect(await rowsOf('instance', '', { study: '1.1' })).toMatchObject([
    { timezone: '+0130' },
    { timezone: null },
  ]);
});

describe('pages one after the other', () => {
  const pageAfter = async (level: Level, query: string, position?: SearchPosition) => {
    const plan = planSearch(level, {}, { ...queryOf(query), position }, wholeHospital('HOSP-A'));
    if (!plan.ok) throw new Error('the search is possible');
    const { text: sql, values } = plan.statement;
    return (await database.pool.query(sql.replaceAll('{schema}', SCHEMA), [...values])).rows;
  };
  /** All rows, one a page. */
  const walk = async (level: Level, query = '') => {
    const uids: string[] = [];
    let [row] = await pageAfter(level, `limit=1&${query}`);
    while (row !== undefined && uids.length < 50) {
      uids.push(row[level === 'study' ? 'study_uid' : 'series_uid']);
      [row] = await pageAfter(level, `limit=1&${query}`, positionOf(row));
    }
    return uids;
  };

  test.each(['study', 'series', 'instance'] as const)(
    'visit every %s once, in the order of all',
    async (level) => expect(await walk(level)).toEqual(await uidsOf(level, '')),
  );
  test('go on where a row has gone', async () => {
    const position = { date: '20240111', time: '99', study: '0' };
    const rows = await pageAfter('study', '', position);
    expect(rows.map(({ study_uid }) => study_uid)).toEqual(['1.2', '1.1', '1.3']);
  });
  test('keep to what is sought', async () =>
    expect(await walk('series', 'Modality=US')).toEqual(['1.4.0', '1.4.1']));
  test('are not moved by a study that comes in between', async () => {
    const [first, second] = await pageAfter('study', 'limit=2');
    await insert({
      uid: '1.5',
      name: {},
      date: '20250101',
      time: '',
      series: [{ modality: 'XA' }],
    });
    const rows = await pageAfter('study', 'limit=2', positionOf(second));
    expect([first, second, ...rows].map(({ study_uid }) => study_uid)).toEqual([
      '1.4',
      '1.2',
      '1.1',
      '1.3',
    ]);
  });
});
