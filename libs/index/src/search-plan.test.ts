import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planSearch, SEARCH_LIMITS } from './search-plan.js';
import { planOf, queryOf } from './search-plan.testing.js';
import { wholeHospital } from './search-reach.js';

const text = (...args: Parameters<typeof planOf>) => planOf(...args).statement.text;
const whereOf = (...args: Parameters<typeof planOf>) => {
  const { statement } = planOf(...args);
  const where = /where studies.hospital = \$1\n {2}and (.*?)\norder by/s.exec(statement.text)?.[1];
  const places = [...(where ?? '').matchAll(/\$(\d+)/g)].map(([, place]) => Number(place));
  return [where, ...statement.values.slice(1, Math.max(1, ...places))];
};
const problems = (level: 'study' | 'series' | 'instance', query: string) => {
  const planned = planSearch(level, {}, queryOf(query), wholeHospital('HOSP-A'));
  return planned.ok ? [] : planned.problems;
};

describe('statements', () => {
  test('all studies', () => {
    expect(planOf('study', '').statement).toMatchInlineSnapshot(`
      {
        "text": "select studies.claim, studies.study_date, studies.study_time, studies.study_uid, studies.version, studies.json as study_json
      from {schema}.studies as studies
      where studies.hospital = $1
      order by studies.study_date desc, studies.study_time desc, studies.study_uid
      limit $2 offset $3",
        "values": [
          "HOSP-A",
          1001,
          0,
        ],
      }
    `);
  });
  test('a page of studies by patient, date and modality', () => {
    expect(
      planOf(
        'study',
        'PatientID=A%25&StudyDate=20240101-20240131&ModalitiesInStudy=CT,MR&limit=50&offset=1500',
      ).statement,
    ).toMatchInlineSnapshot(`
      {
        "text": "select studies.claim, studies.study_date, studies.study_time, studies.study_uid, studies.version, studies.json as study_json
      from (
      select studies.study_date, studies.study_time, studies.study_uid
      from {schema}.studies as studies
      where studies.hospital = $1
        and studies.patient_id = $2
        and studies.study_date >= $3 and studies.study_date <= $4
        and studies.modalities && $5::text[]
      order by studies.study_date desc, studies.study_time desc, studies.study_uid
      limit $6 offset $7
      ) as page join {schema}.studies as studies on studies.study_uid = page.study_uid
      where studies.hospital = $8
      order by page.study_date desc, page.study_time desc, page.study_uid",
        "values": [
          "HOSP-A",
          "A%",
          "20240101",
          "20240131",
          [
            "CT",
            "MR",
          ],
          51,
          1500,
          "HOSP-A",
        ],
      }
    `);
  });
  test('all series', () => {
    expect(planOf('series', 'Modality=CT').statement).toMatchInlineSnapshot(`
      {
        "text": "select series.claim, studies.study_date, studies.study_time, studies.study_uid, series.series, series.number, series.series_uid, series.version, series.json as series_json, studies.json as study_json
      from {schema}.studies as studies join {schema}.series as series on series.claim = studies.claim
      where studies.hospital = $1
        and series.hospital = $1
        and series.modality = $2
      order by studies.study_date desc, studies.study_time desc, studies.study_uid, series.number, series.series_uid
      limit $3 offset $4",
        "values": [
          "HOSP-A",
          "CT",
          5001,
          0,
        ],
      }
    `);
  });
  test('series of a study', () => {
    expect(planOf('series', '', { study: '1.2' }).statement).toMatchInlineSnapshot(`
      {
        "text": "select series.claim, studies.study_date, studies.study_time, studies.study_uid, series.series, series.number, series.series_uid, series.version, series.json as series_json
      from {schema}.studies as studies join {schema}.series as series on series.claim = studies.claim
      where studies.hospital = $1
        and series.hospital = $1
        and studies.study_uid = $2
      order by studies.study_date desc, studies.study_time desc, studies.study_uid, series.number, series.series_uid
      limit $3 offset $4",
        "values": [
          "HOSP-A",
          "1.2",
          5001,
          0,
        ],
      }
    `);
  });
  test('instances of a series', () => {
    expect(
      planOf('instance', 'InstanceNumber=3', { study: '1.2', series: '1.3' }).statement,
    ).toMatchInlineSnapshot(`
      {
        "text": "select series.claim, studies.study_date, studies.study_time, studies.study_uid, series.series, series.number, series.series_uid, series.version, substring(series.json from '"00080201":\\{"vr":"SH","Value":\\["([+-][0-9]{4})"\\]\\}') as timezone
      from {schema}.studies as studies join {schema}.series as series on series.claim = studies.claim
      where studies.hospital = $1
        and series.hospital = $1
        and studies.study_uid = $2
        and series.series_uid = $3
      order by studies.study_date desc, studies.study_time desc, studies.study_uid, series.number, series.series_uid
      limit $4",
        "values": [
          "HOSP-A",
          "1.2",
          "1.3",
          2001,
        ],
      }
    `);
  });
  test('studies by what one of their series is', () => {
    expect(
      planOf('study', 'Modality=CT&SeriesDescription=thorax').statement,
    ).toMatchInlineSnapshot(`
      {
        "text": "select studies.claim, studies.study_date, studies.study_time, studies.study_uid, studies.version, studies.json as study_json
      from {schema}.studies as studies
      where studies.hospital = $1
        and exists (select from {schema}.series as series where series.claim = studies.claim and series.modality = $2 and series.description = $3)
      order by studies.study_date desc, studies.study_time desc, studies.study_uid
      limit $4 offset $5",
        "values": [
          "HOSP-A",
          "CT",
          "thorax",
          1001,
          0,
        ],
      }
    `);
  });
  test('studies by an attribute without a column, and how many rows that would read', () => {
    const plan = planOf('study', 'PatientComments=*fall*&PatientSex=F');
    expect(plan.unindexed).toBe(true);
    expect([plan.statement, plan.candidates]).toMatchInlineSnapshot(`
      [
        {
          "text": "select studies.claim, studies.study_date, studies.study_time, studies.study_uid, studies.version, studies.json as study_json
      from {schema}.studies as studies
      where studies.hospital = $1
        and case when strpos(studies.json, '\\u0000') = 0 then exists (select from jsonb_path_query(studies.json::jsonb, $2::jsonpath, '{}', true) as found(value) where (found.value #>> '{}') collate "C" like $3) else false end
        and studies.sex = $4
      order by studies.study_date desc, studies.study_time desc, studies.study_uid
      limit $5 offset $6",
          "values": [
            "HOSP-A",
            "$."00104000".Value[*]",
            "%fall%",
            "F",
            1001,
            0,
          ],
        },
        {
          "text": "select count(*)::int as candidates from (
      select
      from {schema}.studies as studies
      where studies.hospital = $1
        and studies.sex = $2
      limit $3
      ) as candidate",
          "values": [
            "HOSP-A",
            "F",
            20001,
          ],
        },
      ]
    `);
  });
});

describe('conditions', () => {
  test.each([
    ['PatientID=*y'],
    ['PatientID=*xyz*'],
    ['PatientSex=*xyz,*ab'],
    ['PatientID=x'],
    ['PatientID=x*'],
    ['PatientID=x*y?'],
    ['PatientSex=a,b'],
    ['ModalitiesInStudy=CT%5CPT&multiplevaluematching=true'],
    ['PhysiciansOfRecord=a%5Cb&multiplevaluematching=true'],
    ['PatientName=Müller^Anna&fuzzymatching=true'],
    ['PatientSex=a*,b'],
    ['PatientID=%22%22&emptyvaluematching=true'],
    ['PatientName=M%C3%BCller*'],
    ['PatientName=M%C3%BCller^Anna'],
    ['PatientName=M%C3%BCller^*'],
    ['PatientName=*anna*'],
    ['PatientName=%E5%B1%B1%E7%94%B0*'],
    ['PatientName=Yamada*%3D%E5%B1%B1%E7%94%B0*'],
    ['PatientName=%3D%3D'],
    ['StudyDate=20240101'],
    ['StudyDate=20240101-'],
    ['StudyDate=-20240101'],
    ['StudyDate=20240101-20240102&StudyTime=10-12'],
    ['StudyDate=-20240102&StudyTime=-12'],
    ['StudyDate=20240101&StudyTime=10-12'],
    ['StudyDate=20240101-&StudyTime=-12'],
    ['StudyInstanceUID=1.2,1.3'],
    ['ModalitiesInStudy=C*'],
    ['NumberOfStudyRelatedInstances=5'],
    ['NumberOfStudyRelatedInstances=99999999999'],
    ['AdmittingDiagnosesDescription=x'],
    ['OtherPatientIDsSequence.PatientID=x'],
    ['AdmittingDiagnosesDescription=%22%22&emptyvaluematching=true'],
    ['PatientAge=&PatientID=&StudyDate='],
  ])('%s', (query) => {
    expect(whereOf('study', query)).toMatchSnapshot();
  });

  test.each([
    ['SeriesNumber=3'],
    ['RequestAttributesSequence.RequestedProcedureID=x'],
    ['00400275.00400009=x*'],
    ['PerformedProcedureStepStartDate=20240101-20240102&PerformedProcedureStepStartTime=10-12'],
    ['PatientName=a*&Modality=CT'],
    ['ProtocolName=a*'],
  ])('of series: %s', (query) => {
    expect(whereOf('series', query, { study: '1.2' })).toMatchSnapshot();
  });
});

describe('what cannot be', () => {
  test('an instance attribute chooses no study or series', () => {
    expect(problems('study', 'SOPInstanceUID=1.2')).toEqual([
      { parameter: 'SOPInstanceUID', fault: 'wrong-level' },
    ]);
    expect(problems('series', '00200013=1')).toEqual([
      { parameter: '00200013', fault: 'wrong-level' },
    ]);
    expect(problems('instance', 'SOPInstanceUID=1.2&Modality=CT&PatientID=1')).toEqual([]);
  });

  test('an attribute that rows do not hold is looked for in the metadata', () => {
    const plan = planOf(
      'study',
      'RequestingPhysician=x&ProtocolName=y&PatientID=z&SoftwareVersions=1',
    );
    expect(plan.looked.map(({ parameter }) => parameter)).toEqual([
      'RequestingPhysician',
      'SoftwareVersions',
      'ProtocolName',
    ]);
    expect(plan.statement.values).toContain('z');
    expect(plan.statement.values.slice(-2)).toEqual([2001, 0]);
    const instances = planOf('instance', 'RequestingPhysician=x');
    expect([instances.looked, instances.instances?.needsMetadata]).toEqual([[], true]);
  });

  test('a private creator chooses at every level (PS3.18 §10.6.1.2.1)', () =>
    expect(planOf('study', '00230010=Acme').looked).toHaveLength(1));

  test('asked for without a value, either is only a wish to see it', () =>
    expect(problems('study', 'SOPInstanceUID=&RequestingPhysician=')).toEqual([]));
});

describe('what results show', () => {
  test('attributes that rows do not hold are taken from instances, down to the level searched', () => {
    const include =
      'includefield=00080060,StudyDescription,RequestingPhysician,SliceThickness,00091001';
    const extra = (level: 'study' | 'series' | 'instance', query: string) =>
      planOf(level, query).extra.map((path) => path.join('.'));
    expect(extra('study', include)).toEqual(['00321032', '00091001']);
    expect(extra('series', include)).toEqual(['00321032', '00091001']);
    expect(extra('instance', include)).toEqual(['00321032', '00180050', '00091001']);
    expect(extra('instance', 'ImageType=PRIMARY&Rows=')).toEqual(['00080008']);
    expect(extra('study', '00230010=Acme&includefield=00231002,Rows')).toEqual([
      '00231002',
      '00230010',
    ]);
    expect(extra('instance', 'includefield=0040A730.ConceptNameCodeSequence.00080104')).toEqual([
      '0040A730.0040A043.00080104',
    ]);
    expect(planOf('instance', 'includefield=all')).toMatchObject({ includeAll: true, extra: [] });
  });

  test('levels above come along unless the path names them, or when asked for', () => {
    const rows = (...args: Parameters<typeof planOf>) =>
      ['study_json', 'series_json'].filter((column) => text(...args).includes(column));
    expect(rows('series', '')).toEqual(['study_json', 'series_json']);
    expect(rows('series', '', { study: '1.2' })).toEqual(['series_json']);
    expect(rows('series', 'includefield=PatientID', { study: '1.2' })).toEqual([
      'study_json',
      'series_json',
    ]);
    expect(rows('instance', '')).toEqual(['study_json', 'series_json']);
    expect(rows('instance', '', { study: '1.2' })).toEqual(['series_json']);
    expect(rows('instance', '', { study: '1.2', series: '1.3' })).toEqual([]);
    expect(
      rows('instance', 'includefield=Modality,PatientID', { study: '1.2', series: '1.3' }),
    ).toEqual(['study_json', 'series_json']);
  });
});

describe('prepared statements', () => {
  const name = (query: string) => planOf('study', query).name;

  test('are those whose plan no value can make wrong; equal texts share a name', () => {
    expect(name('PatientID=a')).toMatch(/^search-[0-9a-f]{16}$/);
    expect(name('PatientID=a&limit=3')).toBe(name('PatientID=b'));
    expect(name('AccessionNumber=a')).not.toBe(name('PatientID=a'));
    expect(name('')).toBeDefined();
  });

  test('are not those that an index serves for some values only', () => {
    for (const query of [
      'PatientName=a*',
      'PatientID=*a*',
      'ModalitiesInStudy=CT',
      'StudyDate=20240101-',
      'PatientID=a&PatientSex=F',
    ])
      expect(name(query)).toBeUndefined();
  });
});

test('a pattern without three letters or digits in a row is kept from the trigram index, which it would read whole', () => {
  const [indexed, hidden] = ['*abc*', '*ab*'].map((value) => text('study', `PatientID=${value}`));
  expect(indexed).toContain('studies.patient_id like $2');
  expect(hidden).toContain("(studies.patient_id || '') like $2");
});

describe('pages', () => {
  test('one row more than the limit is asked for; the limit has a default and a maximum', () => {
    expect(planOf('study', 'limit=10').statement.values.slice(-2)).toEqual([11, 0]);
    expect(planOf('study', '').limit).toBe(SEARCH_LIMITS.study.byDefault);
    expect(planOf('study', 'limit=999999').limit).toBe(SEARCH_LIMITS.study.max);
  });

  test('what is left behind a page is counted up to a bound, where rows tell', () => {
    const boundOf = (...args: Parameters<typeof planOf>) =>
      planOf(...args)
        .total?.statement()
        .values.at(-1);
    expect(boundOf('study', 'limit=10&offset=5')).toBe(1_001);
    expect(boundOf('instance', 'limit=10')).toBe(1_001);
    expect(boundOf('instance', 'limit=10&InstanceNumber=1')).toBeUndefined();
  });

  test('what is left is counted from the last row of the page on', () => {
    const { total } = planOf('study', 'limit=10&offset=5');
    const behind = { date: '20260101', time: '', study: '1.2' };
    expect(total?.statement(behind).values).toEqual(['HOSP-A', '20260101', '', '1.2', 1_001]);
  });

  test('no more series are visited than could be needed', () => {
    expect(planOf('instance', 'limit=10&offset=5').statement.values.at(-1)).toBe(16);
    expect(planOf('instance', 'limit=10&InstanceNumber=1').statement.values.at(-1)).toBe(2001);
  });
});

test('the hospital is the first condition, and nothing a client sent stands in the text', () =>
  fc.assert(
    fc.property(
      fc.constantFrom('study' as const, 'series' as const, 'instance' as const),
      fc.constantFrom(
        'PatientID',
        'PatientName',
        'StudyDescription',
        'AdmittingDiagnosesDescription',
        'Modality',
        'RequestAttributesSequence.RequestedProcedureID',
      ),
      fc.string({ minLength: 3 }).map((value) => `Ω${value.replace(/[\\,\p{Cc}]/gu, '')}`),
      (level, name, value) => {
        const { statement, candidates, total } = planOf(
          level,
          `${name}=${encodeURIComponent(value)}`,
          {
            study: '1.2.3',
          },
        );
        const counting = total?.statement() ?? statement;
        for (const { text: sql, values } of [statement, candidates ?? statement, counting]) {
          expect(sql).toMatch(/\nwhere studies\.hospital = \$1\n/);
          expect(values[0]).toBe('HOSP-A');
          expect(sql).not.toMatch(/[^\x20-\x7e\n]/);
          expect(new Set(sql.match(/\$\d+/g)).size).toBe(values.length);
        }
      },
    ),
  ));
