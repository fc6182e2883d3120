import type { PatientIdentifier } from '#archive/access/access-facts';
import { uuid5 } from '#events/uuid5';
import type { IdentityOutcome, Said } from '../identity-desk.js';
import { type IdentityPorts, order } from './identity-commands.js';

/** Studies that one command moves; more is more than one patient has. */
export const STUDIES_PER_MOVE_MAX = 1_000;

/**
 * One study (its opaque claim) was stored for the wrong patient: it is `to`'s (A43). The move is named by `said.id`. A study that names nobody stands
 * under its own id in the patient's place.
 */
export async function reassignStudy(
  ports: IdentityPorts,
  said: Said,
  { claim, to }: Readonly<{ claim: string; to: PatientIdentifier }>,
): Promise<IdentityOutcome> {
  const { rows } = await ports.pool.query('select patient from study_access where claim = $1', [
    claim,
  ]);
  const other = ports.ids.patient(to.authority, to.value);
  if (rows[0] === undefined) return { ok: false, refusal: 'unknown' };
  return move(ports, said, { patient: rows[0].patient || claim, other, claim });
}

/** All that a hospital has stored for one patient is another's (A43 without a study); each study by a move of its own. */
export async function reassignStudies(
  ports: IdentityPorts,
  said: Said,
  {
    hospital,
    from,
    to,
  }: Readonly<{ hospital: string; from: PatientIdentifier; to: PatientIdentifier }>,
): Promise<IdentityOutcome> {
  const patient = ports.ids.patient(from.authority, from.value);
  const other = ports.ids.patient(to.authority, to.value);
  const { rows } = await ports.pool.query(
    'select claim from study_access where patient = $1 and hospital = $2 order by claim limit $3',
    [patient, hospital, STUDIES_PER_MOVE_MAX + 1],
  );
  if (rows.length > STUDIES_PER_MOVE_MAX) return { ok: false, refusal: 'too-many' };
  let changed = false;
  for (const { claim } of rows) {
    const own = { ...said, id: uuid5(said.id, claim) };
    const outcome = await move(ports, own, { patient, other, claim });
    if (!outcome.ok) return outcome;
    changed ||= outcome.changed;
  }
  return { ok: true, changed };
}

/** Takes a move back: the study is whose it was. `patient`: from whom it was moved. */
export const returnStudy = (
  ports: IdentityPorts,
  said: Said,
  { patient, move: id }: Readonly<{ patient: string; move: string }>,
): Promise<IdentityOutcome> => {
  const { source, reason } = said;
  return order(ports, said, { type: 'return', patient, move: id, source, reason });
};

type Moving = Readonly<{ patient: string; other: string; claim: string }>;

const move = (ports: IdentityPorts, said: Said, moving: Moving): Promise<IdentityOutcome> => {
  const { id, source, reason } = said;
  return order(ports, said, { type: 'reassign', ...moving, move: id, source, reason });
};
