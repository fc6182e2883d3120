import type { PoolClient } from 'pg';
import { type ArchiveEvent, studyStream } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import type { AccessRow } from '../access-row.js';
import { exclusivePatientLocks } from '../patient-locks.js';
import { movePeople, reachedFrom } from './move-people.js';
import { statedAccess } from './replay-study-access.js';

/** What studies say of their patients is read from. */
export type ForgetPatient = Readonly<{ log: Pick<EventStore, 'read'>; keys: KeyRing }>;

/** Held, as when links change: which identifiers hang together is read and written under it. */
const LINKS_LOCK = 'identity-links';

/**
 * What is known of an identifier by this study alone goes with it: the row says what the next study of the identifier says, as a rebuild would, or
 * it goes. What an authority has said stays.
 */
export async function forgetPatient(
  client: PoolClient,
  source: ForgetPatient,
  claim: string,
): Promise<void> {
  const { rows } = await client.query(
    'select patient from patient_ids where stated_by = $1 and version = 0',
    [claim],
  );
  const patient = rows[0]?.patient as string | undefined;
  if (patient === undefined) return;
  await client.query('select pg_advisory_xact_lock(hashtext($1))', [LINKS_LOCK]);
  const reached = await reachedFrom(client, [patient]);
  await client.query(exclusivePatientLocks('$1::text[]'), [[...new Set(reached)].sort()]);
  const stated = await nextStatement(client, source, patient);
  if (stated !== undefined) return restate(client, stated);
  await client.query('delete from patient_ids where patient = $1', [patient]);
  await client.query('delete from person_flags where patient = $1 and not vip', [patient]);
  await client.query(`update person_flags set birth_date = '' where patient = $1`, [patient]);
  const others = reached.filter((other) => other !== patient);
  if (others.length > 0) await movePeople(client, others);
}

/** What the first of the other studies of the identifier says, by its own first fact. */
const nextStatement = async (
  client: PoolClient,
  { log, keys }: ForgetPatient,
  patient: string,
): Promise<AccessRow | undefined> => {
  const { rows } = await client.query(
    `select claim from study_access where origin = $1 and state <> 'disposed' order by claim`,
    [patient],
  );
  for (const { claim } of rows) {
    const stated = await firstStatement({ log, keys }, String(claim));
    if (stated !== undefined) return stated;
  }
  return undefined;
};

const firstStatement = async (
  { log, keys }: ForgetPatient,
  claim: string,
): Promise<AccessRow | undefined> => {
  for await (const recorded of log.read(studyStream(claim))) {
    if (recorded.type !== 'InstancesStored') continue;
    const opened = await openRecorded<ArchiveEvent>(keys, [recorded], archiveUpcasters);
    const [row] = opened.flatMap(statedAccess);
    if (row !== undefined) return row;
  }
  return undefined;
};

const COLUMNS = [
  ...['family_folded', 'given_folded', 'birth_date', 'sex', 'demographics', 'other_names'],
];

const restate = async (client: PoolClient, row: AccessRow): Promise<void> => {
  await client.query(
    `update patient_ids p set (${COLUMNS}) = row (${COLUMNS.map((column) => `r.${column}`)}), stated_by = $2
     from json_populate_record(null::patient_ids, $1) r where p.patient = r.patient`,
    [JSON.stringify(row), row.claim],
  );
  await client.query('update person_flags set birth_date = $2 where patient = $1', [
    row.patient,
    row.birth_date,
  ]);
};
