import type { PoolClient } from 'pg';
import type { PatientEvent } from '#archive/identity-events';
import type { AccessRow } from '../access-row.js';
import { patientColumns } from '../patient-columns.js';
import { readActiveVersion } from './active-version.js';
import { type FillAccess, studiesWithout } from './fill-access.js';
import { isPatientEvent, PATIENT_TYPES } from './project-patient.js';
import { statedAccess } from './replay-study-access.js';
import { BUILT, type TableProjection } from './replay-table.js';

const columns = [
  'patient',
  'person',
  'authority',
  'value',
  'family_folded',
  'given_folded',
  'birth_date',
  'sex',
  'demographics',
  'version',
  'other_names',
  'stated_by',
];

/**
 * The identifiers of patients: what their authorities said last, else what the first study said that named them. What was sealed under a key
 * that is destroyed is gone. Persons follow from `identity_links`, which is rebuilt before.
 */
export const patientIdsTable = (fill: FillAccess): TableProjection => ({
  table: 'patient_ids',
  key: 'patient',
  columns,
  times: [],
  types: ['InstancesStored', ...PATIENT_TYPES],
  replay: async (client, facts) => {
    for (const { event, recorded } of facts)
      if (isPatientEvent(event)) await upsertSaid(client, event, recorded.version);
    const stated = facts.flatMap(statedAccess);
    await upsertStated(client, stated);
    await noteStated(client, stated);
  },
  finish: async (client) => {
    await noteStated(client, []);
    const version = await readActiveVersion(client);
    for await (const rows of studiesWithout(client, fill, { version, table: STATED }))
      await upsertStated(client, rows);
    await joinPeople(client);
  },
});

/** When patients were born, as `patient_ids` says it, which is rebuilt before: what of `person_flags` is not care's. */
export const birthDatesPart: TableProjection = {
  table: 'person_flags',
  key: 'patient',
  columns: ['patient', 'person', 'birth_date'],
  times: [],
  types: [],
  part: { holds: (row) => `${row}.birth_date <> ''`, undo: `birth_date = ''`, adds: true },
  replay: () => Promise.resolve(),
  finish: async (client) => {
    await client.query(
      `insert into ${BUILT} (patient, person, birth_date)
       select patient, person, birth_date from patient_ids where birth_date <> '' on conflict do nothing`,
    );
  },
};

/** Studies whose facts say whose they are: the others are asked by their findable rows. What an earlier rebuild on this connection noted is still so. */
const STATED = 'pg_temp.stated_studies';

const noteStated = async (client: PoolClient, rows: readonly AccessRow[]): Promise<void> => {
  await client.query(
    'create temporary table if not exists stated_studies (claim text primary key)',
  );
  await client.query(`insert into ${STATED} select unnest($1::text[]) on conflict do nothing`, [
    rows.map(({ claim }) => claim),
  ]);
};

/* Of several studies the one that sorts first says it, as when they are stored. */
const upsertStated = async (client: PoolClient, rows: readonly AccessRow[]): Promise<void> => {
  const identified = rows
    .filter(({ patient }) => patient !== '')
    .map((row) => ({ ...row, person: row.patient, version: 0, stated_by: row.claim }));
  await client.query(
    `insert into ${BUILT} as known (${columns}) select distinct on (patient) ${columns}
     from json_populate_recordset(null::${BUILT}, $1) order by patient, stated_by
     on conflict (patient) do update set (${columns}) = row (${columns.map((column) => `excluded.${column}`)})
     where known.version = 0 and excluded.stated_by < known.stated_by`,
    [JSON.stringify(identified)],
  );
};

const upsertSaid = async (
  client: PoolClient,
  { type, data, personal }: PatientEvent,
  version: number,
): Promise<void> => {
  if ((type !== 'PatientIdentified' && type !== 'DemographicsUpdated') || personal === undefined)
    return;
  const { authority, value, demographics } = personal;
  const { patient } = data;
  const row = {
    stated_by: '',
    patient,
    person: patient,
    authority,
    value,
    version,
    ...patientColumns(demographics),
  };
  await client.query(
    `insert into ${BUILT} (${columns}) select ${columns} from json_populate_record(null::${BUILT}, $1)
     on conflict (patient) do update set (${columns}) = row (${columns.map((column) => `excluded.${column}`)})`,
    [JSON.stringify(row)],
  );
};

/** Each gets the first id that hangs together with its own, edge by edge until none changes: as many rounds as the longest chain. */
const joinPeople = async (client: PoolClient): Promise<void> => {
  for (let changed = 1; changed > 0; ) {
    const { rowCount } = await client.query(
      `update ${BUILT} b set person = m.person from (
         select e.patient, min(n.person collate "C") as person from (
           select patient, other from identity_links where stands
           union all select other, patient from identity_links where stands) e
         join ${BUILT} n on n.patient = e.other group by e.patient) m
       where m.patient = b.patient and m.person < b.person collate "C"`,
    );
    changed = rowCount ?? 0;
  }
};
