import type { PoolClient } from 'pg';
import { type PatientState, patientDecider } from '#archive/identity/patient-decider';
import type { PatientEvent } from '#archive/identity-events';
import { patientColumns } from '../patient-columns.js';
import { exclusivePatientLocks, sharedPatientLocks } from '../patient-locks.js';
import { movePeople, reachedFrom } from './move-people.js';
import type { OpenedFact } from './replay-table.js';

/** One changes links at a time: which identifiers hang together is read and written under it. */
const LINKS_LOCK = 'identity-links';

/** What the facts of one stream say together, and when each move was. `version`: of the fact that said last who it is; 0 when none has. */
type Patient = Readonly<{
  patient: string;
  version: number;
  state: PatientState;
  movedAt: ReadonlyMap<string, string>;
}>;

/**
 * Writes what the stream of one identifier says: its row, the links and merges with the persons that follow from them, and the studies that
 * were given to others. What it says already changes nothing. Locks come before rows, those of patients sorted, so that nobody waits in a ring.
 */
export async function projectPatient(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  const told = toldBy(facts);
  if (told === undefined) return;
  const { patient, state } = told;
  const targets = [patient, ...[...state.moves.values()].map(({ other }) => other)];
  if (state.ties.size > 0) {
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [LINKS_LOCK]);
    await upsertLinks(client, told);
    const tied = [...state.ties.values()].map(({ other }) => other);
    const reached = await reachedFrom(client, [patient, ...tied]);
    await lock(client, exclusivePatientLocks, [...reached, ...targets]);
    await upsertPatient(client, told);
    await movePeople(client, reached);
  } else {
    await lock(client, sharedPatientLocks, targets);
    await upsertPatient(client, told);
  }
  await moveStudies(client, told);
}

const lock = (
  client: PoolClient,
  locks: (parameter: string) => string,
  patients: readonly string[],
) => client.query(locks('$1::text[]'), [[...new Set(patients)].sort()]);

const toldBy = (facts: readonly OpenedFact[]): Patient | undefined => {
  const own = facts.flatMap(({ event, recorded }) =>
    isPatientEvent(event) ? [{ event, recorded }] : [],
  );
  const last = own.at(-1);
  if (last === undefined) return undefined;
  return {
    patient: last.event.data.patient,
    version: own.findLast(({ event }) => isStatement(event))?.recorded.version ?? 0,
    state: own.reduce(
      (state, { event }) => patientDecider.evolve(state, event),
      patientDecider.initial,
    ),
    movedAt: new Map(
      own.flatMap(({ event, recorded }) =>
        event.type === 'StudyReassigned' ? [[event.data.move, recorded.recordedAt] as const] : [],
      ),
    ),
  };
};

/** The types of facts that a patient's stream has. */
export const PATIENT_TYPES = [
  'PatientIdentified',
  'DemographicsUpdated',
  'IdentitiesLinked',
  'IdentitiesUnlinked',
  'IdentitiesMerged',
  'IdentitiesUnmerged',
  'StudyReassigned',
  'StudyReturned',
] as const satisfies readonly PatientEvent['type'][];

/** Whether a fact is of a patient's stream. */
export const isPatientEvent = (event: OpenedFact['event']): event is PatientEvent =>
  (PATIENT_TYPES as readonly string[]).includes(event.type);

const isStatement = ({ type }: PatientEvent) =>
  type === 'PatientIdentified' || type === 'DemographicsUpdated';

const upsertPatient = async (
  client: PoolClient,
  { patient, version, state: { identifier, demographics } }: Patient,
): Promise<void> => {
  if (identifier === undefined || demographics === undefined) return;
  await client.query(
    `insert into patient_ids as known
       (patient, person, authority, value, family_folded, given_folded, birth_date, sex, demographics, other_names, version)
     select patient, patient, authority, value, family_folded, given_folded, birth_date, sex, demographics, other_names, version
     from json_populate_record(null::patient_ids, $1)
     on conflict (patient) do update set family_folded = excluded.family_folded, given_folded = excluded.given_folded,
       birth_date = excluded.birth_date, sex = excluded.sex, demographics = excluded.demographics,
       other_names = excluded.other_names, stated_by = '', version = excluded.version, updated_at = now()
     where known.version < excluded.version`,
    [JSON.stringify({ patient, ...identifier, ...patientColumns(demographics), version })],
  );
  await client.query(
    `insert into person_flags as known (patient, person, birth_date) select patient, person, birth_date from patient_ids p
     where patient = $1 and (birth_date <> '' or exists (select from person_flags f where f.patient = p.patient))
     on conflict (patient) do update set birth_date = excluded.birth_date where known.birth_date <> excluded.birth_date`,
    [patient],
  );
};

const upsertLinks = async (client: PoolClient, { patient, state }: Patient): Promise<void> => {
  const rows = [...state.ties].map(([link, tie]) => ({ link, patient, ...tie }));
  await client.query(
    `insert into identity_links as known (link, kind, patient, other, stands, source, reason)
     select link, kind, patient, other, stands, source, reason from json_populate_recordset(null::identity_links, $1)
     on conflict (link) do update set stands = excluded.stands where known.stands <> excluded.stands`,
    [JSON.stringify(rows)],
  );
};

/** The last move of a study that stands says whose it is; without one it is whose it was at first. */
const moveStudies = async (
  client: PoolClient,
  { patient, state: { moves }, movedAt }: Patient,
): Promise<void> => {
  if (moves.size === 0) return;
  const rows = [...moves].map(([move, { claim, other, stands }]) => ({
    ...{ move, claim, patient, other, stands },
    moved_at: movedAt.get(move),
  }));
  await client.query(
    `insert into study_moves as known (move, claim, patient, other, stands, moved_at)
     select move, claim, patient, other, stands, moved_at from json_populate_recordset(null::study_moves, $1)
     on conflict (move) do update set stands = excluded.stands where known.stands <> excluded.stands`,
    [JSON.stringify(rows)],
  );
  await client.query(
    `update study_access a set patient = m.now_of, person = coalesce(p.person, m.now_of)
     from (select c.claim, coalesce((select other from study_moves v where v.claim = c.claim and v.stands
         order by moved_at desc, move desc limit 1), c.origin) as now_of
       from study_access c where c.claim = any($1)) m left join patient_ids p on p.patient = m.now_of
     where a.claim = m.claim and a.patient <> m.now_of`,
    [rows.map(({ claim }) => claim)],
  );
};
