import type { PoolClient } from 'pg';
import { type AccessRow, accessRow } from '../access-row.js';
import { columnText } from '../header-json.js';
import { readActiveVersion } from './active-version.js';
import { type FillAccess, studiesWithout } from './fill-access.js';
import { findableSchema } from './findable-schema.js';
import { BUILT, insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';
import { momentsOf, statesOfBuilt } from './study-states.js';

const columns = [
  'claim',
  'hospital',
  'patient',
  'person',
  'origin',
  'study_date',
  'study_time',
  'study_uid',
  'state',
];

/**
 * Whose each study is. The first fact of a study says so, sealed under the study's key; of a study from before facts said it, its findable row
 * does. Dates are those of the findable row, and whether nothing of it may be seen is; moves and persons those of `study_moves` and `patient_ids`, which are
 * rebuilt before. Confidentiality and tags are not of this projection, nor that a study was disposed of: a repair leaves them.
 */
export const studyAccessTable = (fill: FillAccess): TableProjection => ({
  table: 'study_access',
  key: 'claim',
  columns,
  times: [],
  types: ['InstancesStored'],
  sealedBy: 'claim',
  replay: (client, facts) => insertBuilt(client, columns, toBuilt(facts.flatMap(statedAccess))),
  finish: async (client) => {
    const version = await readActiveVersion(client);
    for await (const rows of studiesWithout(client, fill, { version, table: BUILT }))
      await insertBuilt(client, columns, toBuilt(rows));
    await client.query(
      `update ${BUILT} b set study_date = s.study_date, study_time = s.study_time
       from (${momentsOf(findableSchema(version))}) s where s.claim = b.claim`,
    );
    await client.query(statesOfBuilt(BUILT, version));
    await movePatients(client);
    await client.query(
      `update ${BUILT} b set person = p.person from patient_ids p where p.patient = b.patient and p.person <> b.person`,
    );
  },
});

/** The row that the first fact of a study makes; none of a later one, nor when its key is destroyed. */
export const statedAccess = ({ event }: OpenedFact): readonly AccessRow[] => {
  if (event.type !== 'InstancesStored') return [];
  const { data, personal } = event;
  if (data.patient === undefined || personal === undefined) return [];
  return [
    accessRow({
      claim: data.claim,
      hospital: data.hospital,
      studyUid: columnText(personal.study),
      date: '',
      time: '',
      patient: data.patient,
      stated: personal.patient,
    }),
  ];
};

const toBuilt = (rows: readonly AccessRow[]) =>
  rows.map((row) => ({ ...row, origin: row.patient, person: row.patient, state: 'active' }));

const movePatients = async (client: PoolClient): Promise<void> => {
  await client.query(
    `update ${BUILT} b set patient = m.other, person = m.other from
       (select distinct on (claim) claim, other from study_moves where stands order by claim, moved_at desc, move desc) m
     where m.claim = b.claim`,
  );
};
