import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  onboard,
  type TestApi,
  testApi,
} from '../../../apps/archive-api/src/archive-api.testing.js';
import { holdSeries } from '../../../apps/archive-api/src/stored-files.testing.js';
import { ctSlice, part10 } from '../../support/part10.js';
import { type TestDatabase, testDatabase } from '../../support/postgres.js';
import { type QueryServer, queryServer } from './query-server.js';

const NAMES = ['Doe^Jane', 'Doe^John', 'Dover^Jim', 'Miller^Ann', 'Mill^Bo', 'Smith', ''];
const TIMES = ['', '0915', '091500', '101530.5', '235959', '000000', '10'];

/** Study `number` of one instance; its values go round in lists of different lengths, so that conditions cut across each other. */
const fileOf = (number: number) =>
  part10(
    ctSlice(
      {
        study: `1.2.90.${number}`,
        series: `1.2.90.${number}.1`,
        instance: `1.2.90.${number}.1.1`,
      },
      {
        '00080020': ['DA', number % 9 === 0 ? '' : `202601${10 + (number % 5)}`],
        '00080030': ['TM', TIMES[number % TIMES.length] ?? ''],
        '00080050': ['SH', `ACC-${number}`],
        '00100010': ['PN', NAMES[number % NAMES.length] ?? ''],
        '00100020': ['LO', `P${number % 4}-${number}`],
        '00200010': ['SH', number % 2 ? 'ODD' : 'EVEN'],
      },
    ),
  );

const QUERIES: readonly (readonly string[])[] = [
  [],
  ['PatientName=Doe^Jane'],
  ['PatientName=Doe^J*'],
  ['PatientName=*e*'],
  ['PatientName=Mill*'],
  ['PatientName=D?e^*'],
  ['PatientName=Smith'],
  ['PatientName=Nobody'],
  ['PatientID=P1-1'],
  ['PatientID=P1-*'],
  ['PatientID=P?-1?'],
  ['PatientID=*2'],
  ['PatientID='],
  ['AccessionNumber=ACC-1?'],
  ['AccessionNumber=ACC-7'],
  ['AccessionNumber=acc-7'],
  ['StudyID=ODD'],
  ['StudyID=E*'],
  ['StudyDate=20260112'],
  ['StudyDate=20260111-20260112'],
  ['StudyDate=20260113-'],
  ['StudyDate=-20260111'],
  ['StudyDate=20270101-'],
  ['StudyTime=091500'],
  ['StudyTime=0900-1000'],
  ['StudyTime=1000-'],
  ['StudyTime=-0915'],
  ['StudyDate=20260111-20260113', 'PatientName=Doe*'],
  ['StudyInstanceUID=1.2.90.3'],
  ['StudyInstanceUID=1.2.90.3\\1.2.90.7\\1.2.3'],
  ['StudyID=ODD', 'PatientID=P1*', 'StudyDate=20260110-20260114'],
];

let database: TestDatabase;
let api: TestApi;
let judge: QueryServer;

beforeAll(async () => {
  const files = Array.from({ length: 40 }, (_, number) => fileOf(number + 1));
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
  for (const file of files) await holdSeries(api.ports, 'HOSP-A', file);
  judge = await queryServer(files);
});
afterAll(async () => {
  await judge.stop();
  await api.close();
  await database.close();
});

const ours = async (keys: readonly string[]) => {
  const query = keys.map((key) =>
    key.replace(/=(.*)$/, (_, value) => `=${encodeURIComponent(value)}`),
  );
  const answer = await fetch(`${api.url}/dicom-web/studies?${query.join('&')}`, {
    headers: { authorization: `Bearer ${await api.token('radiologist', 'HOSP-A')}` },
  });
  expect(answer.status).toBe(200);
  const rows = (await answer.json()) as Record<string, { Value?: string[] }>[];
  return rows.map((row) => row['0020000D']?.Value?.[0]);
};

test('some queries find everything, some a part, some nothing', async () => {
  const counts = await Promise.all(QUERIES.map(async (keys) => (await ours(keys)).length));
  expect(counts).toContain(40);
  expect(counts).toContain(0);
  expect(counts.filter((count) => count > 0 && count < 40).length).toBeGreaterThan(20);
});
test.each(QUERIES.map((keys) => [keys] as const))(
  '%j finds what findscu finds at DCMTK',
  async (keys) => {
    expect([...(await ours(keys))].sort()).toEqual([...(await judge.find(keys))].sort());
  },
);
