import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reclassifyExams } from '#index/postgres/reclassify-exams';
import { type Operator, operatorOf } from '../rebuild/operator.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { type Attributes, ctSlice, part10, sequence } from '../support/part10.js';

let archive: ArchiveCore;
let operator: Operator;
let folder: string;
beforeAll(async () => {
  archive = await archiveCore();
  operator = await operatorOf(archive.url, archive.logPlan);
  folder = await mkdtemp(join(tmpdir(), 'arkim-exams-'));
  await operator.arkim('onboard', 'HOSP-A', '--name', 'Hospital A');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await operator.leave();
  await archive.close();
});

const store = async (study: number, series: number, change: Attributes) => {
  const uids = {
    study: `1.2.${study}`,
    series: `1.2.${study}.${series}`,
    instance: `1.2.${study}.${series}.1`,
  };
  await archive.send([part10(ctSlice(uids, change))]);
  await archive.work();
};

const examOf = async (study: number) => {
  const claim = archive.ingest.ids.claim('HOSP-A', `1.2.${study}`);
  const { rows } = await archive.pool.query('select * from study_exams where claim = $1', [claim]);
  return rows[0];
};

const described = async (codes: Readonly<Record<string, string>>) => {
  const catalogues = [
    { name: 'ris', system: 'https://hosp-a.example/ris', designator: '99HOSPA', codes },
  ];
  const path = join(folder, 'hospital.json');
  await writeFile(
    path,
    JSON.stringify({ hospital: 'HOSP-A', name: 'Hospital A', jurisdiction: 'LU', catalogues }),
  );
  return path;
};

const procedure = (code: string): Attributes => ({
  '00081032': [
    'SQ',
    sequence({
      '00080100': ['SH', code],
      '00080102': ['SH', '99HOSPA'],
      '00080104': ['LO', 'Sonderprotokoll 7'],
    }),
  ],
});

test('a study says what exam it is as soon as it is stored', async () => {
  await store(1, 1, { '00081030': ['LO', 'CT Abdomen mit KM'] });
  expect(await examOf(1)).toMatchObject({
    hospital: 'HOSP-A',
    modality_group: 'CT',
    regions: ['abdomen'],
    coarse: ['63337009'],
    laterality: 'none',
    contrast: 'with',
    evidence: 'description',
    started: '20260102',
  });
});

test('a later series adds what it knows, and one that knows nothing changes nothing', async () => {
  await store(2, 1, { '00081030': ['LO', 'Untersuchung'] });
  expect(await examOf(2)).toMatchObject({ regions: [], evidence: 'none', confidence: 0 });
  const before = await examOf(2);
  await store(2, 2, { '00081030': ['LO', 'Untersuchung'] });
  expect(await examOf(2)).toEqual(before);
  await store(2, 3, { '00081030': ['LO', 'Untersuchung'], '00180015': ['CS', 'CHEST'] });
  expect(await examOf(2)).toMatchObject({ regions: ['chest'], evidence: 'body-part' });
});

test('persona 3: codes that the hospital maps in its file classify what is stored and what comes', async () => {
  await store(3, 1, { '00081030': ['LO', 'Sonderprotokoll 7'], ...procedure('S7') });
  expect(await examOf(3)).toMatchObject({ regions: [], evidence: 'none' });
  const file = await described({ S7: 'CT lumbar-spine without-contrast', S8: 'LN|24627-2' });
  await operator.arkim('hospital', 'change', file);
  archive.passTime(60_000);
  const { signal } = new AbortController();
  const done = new Map<string, string>();
  const reclassify = () => reclassifyExams(archive.pool, archive.ingest.termsOf, done, signal);
  expect(await reclassify()).toBe(3);
  expect(await examOf(3)).toMatchObject({
    regions: ['lumbar-spine'],
    contrast: 'without',
    evidence: 'local-code',
  });
  expect(await reclassify()).toBe(0);
  await store(4, 1, { '00081030': ['LO', 'x'], ...procedure('S8') });
  expect(await examOf(4)).toMatchObject({ regions: ['chest'], evidence: 'local-code' });
});

test('a catalogue whose words mean nothing is refused, and told', async () => {
  const file = await described({ S9: 'CT big-toe' });
  await expect(operator.arkim('hospital', 'change', file)).rejects.toThrow(
    'catalogue ris, code S9: «CT big-toe» means nothing',
  );
});

test('what nobody could classify is listed, but no text that stands with few patients only', async () => {
  for (const patient of [1, 2, 3])
    await store(10 + patient, 1, {
      '00081030': ['LO', 'Spezial'],
      '00100020': ['LO', `U${patient}`],
    });
  await store(14, 1, { '00081030': ['LO', 'Frau Muster, Nachtdienst'] });
  const { lines } = await operator.arkim('exams', 'unmapped', 'HOSP-A');
  expect(lines).toEqual(['3\tdescription\tSpezial']);
});

test('all of it is what the log says', async () => {
  const report = await archive.rebuildTable('study_exams');
  expect(report).toMatchObject({ missing: 0, extra: 0, changed: 0, rows: 8 });
});

test('a description is explained, and the labelled ones are scored, without an archive', async () => {
  const told = await operator.arkim('exams', 'classify', 'IRM genou D');
  expect(told.lines).toContain('regions\tknee');
  expect(told.lines).toContain('laterality\tright');
  const { lines } = await operator.arkim('exams', 'score');
  expect(lines.filter((line) => line.startsWith('set-aside'))).toHaveLength(5);
});
