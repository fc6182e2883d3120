import { expect } from 'vitest';
import type { AccessSubject, StudyFacts } from '#archive/access/access-facts';
import { accessPolicy } from '#archive/access/access-policy';
import type { StudyAction } from '#archive/access/access-words';
import { decideAccess } from '#archive/access/decide-access';
import { firstGate } from '../../apps/archive-api/src/caller/first-gate.js';
import type { RouteRow } from '../../apps/archive-api/src/capabilities/route-row.js';
import { routeTable } from '../../apps/archive-api/src/capabilities/route-table.js';
import type { Sample } from '../../apps/archive-api/src/stored-files.testing.js';
import { manifestId } from '../../apps/ingest-worker/src/manifests/make-documents.js';
import {
  type AccessArchive,
  accessArchive,
  actorNamed,
  groupOf,
  type Hospital,
} from './access-archive.js';
import { type AccessCase, PARENT, PATIENT } from './access-cases.js';
import { insertRows } from './access-rows.js';
import { holdManifest } from './hold-manifest.js';

export const READS = routeTable.filter(({ gate }) => gate === 'study');
const FILES = {
  'HOSP-A': 'HOSP-A/ct-small/01.dcm',
  'HOSP-B': 'HOSP-B/mr-head/01.dcm',
  'HOSP-C': 'HOSP-C/mr-rle/01.dcm',
} as const;
const UNKEPT: readonly string[] = ['watermark', 'blind-second-reading'];

/** An archive that holds one study of each of its hospitals. */
export type Filled = Readonly<{
  archive: AccessArchive;
  samples: ReadonlyMap<Hospital, Sample>;
}>;

export async function filledArchive(): Promise<Filled> {
  const archive = await accessArchive();
  const samples = new Map<Hospital, Sample>();
  for (const [hospital, path] of Object.entries(FILES)) {
    const sample = await archive.hold(hospital as Hospital, path);
    samples.set(hospital as Hospital, sample);
    await holdManifest(archive.api.ports, hospital, sample);
  }
  return { archive, samples };
}

/** Asks every route for the study of the case, and expects what the decision says: data, or a refusal, and the record of it. */
export async function walkRoutes(filled: Filled, one: AccessCase, role: string): Promise<void> {
  const { archive, samples } = filled;
  const subject = subjectOf(archive, one, role);
  const facts = await arrange(filled, one, subject.actor);
  const sample = samples.get(one.custodian)!;
  for (const row of READS) {
    const before = archive.records.length;
    const address = addressOf(row, sample, facts.claim);
    const { status } = await archive.ask(address, { roles: [role], ...one.who });
    const expected = expectedOf(row, subject, facts, one);
    expect([row.id, status]).toEqual([row.id, expected]);
    const recorded = archive.records.slice(before);
    const outcomes = recorded.map(({ outcome, claim }) => [outcome, claim]);
    const outcome = expected === 200 ? 'permit' : 'deny';
    /* Whom the role alone keeps out has named no study yet. */
    expect([row.id, outcomes]).toEqual([
      row.id,
      [[outcome, expected === 403 ? null : facts.claim]],
    ]);
    for (const { policyVersion, subject: who } of recorded)
      expect([policyVersion, who]).toEqual([accessPolicy.version, subject]);
  }
}

/** The address of a route for the one instance of a sample. */
export const addressOf = (
  { path }: RouteRow,
  { study, series, instance }: Sample,
  claim: string,
) =>
  path === '/wado'
    ? `/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}`
    : path
        .replace('{claim}', claim)
        .replace('{study}', study)
        .replace('{series}', series)
        .replace('{instance}', instance)
        .replace('{framelist}', '1')
        .replace('{path}', '7FE00010')
        .replace('{document}', documentOf(path, claim));

/** The first manifest of a claim, in the encoding that this route has. */
const documentOf = (path: string, claim: string): string =>
  `${manifestId(claim, 1)}.${path.includes('/Bundle/') ? 'mado-fhir' : 'kos'}`;

const personOf = ({ api }: AccessArchive, patient: string): string => {
  const at = patient.lastIndexOf(':');
  return api.ports.ids.patient(patient.slice(0, at), patient.slice(at + 1));
};

const TABLES = [
  ...['study_access', 'relationships', 'oppositions', 'grants', 'exclusions'],
  ...['representatives', 'break_glass', 'person_flags'],
];

/** Writes what the case says, and tells what the decision is to know of the study. */
async function arrange(
  { archive, samples }: Filled,
  { custodian, facts, rows }: AccessCase,
  actor: string,
): Promise<StudyFacts> {
  const { pool } = archive;
  await pool.query(TABLES.map((table) => `delete from ${table}`).join(';'));
  const { study } = samples.get(custodian)!;
  const claim = archive.api.ports.ids.claim(custodian, study);
  const [patient, parent] = [personOf(archive, PATIENT), personOf(archive, PARENT)];
  const { confidentiality = 'N', state = 'active' } = facts;
  await insertRows(pool, 'study_access', {
    ...{ claim, hospital: custodian, patient, person: patient, study_uid: study },
    ...{ confidentiality, state },
  });
  for (const [table, columns] of rows({ actor, patient, parent }))
    await insertRows(pool, table, columns);
  archive.later();
  const named = {
    claim,
    hospital: custodian,
    group: groupOf(custodian),
    jurisdiction: '',
    person: patient,
    tags: [],
  };
  return { ...named, confidentiality, state };
}

const subjectOf = (archive: AccessArchive, one: AccessCase, role: string): AccessSubject => ({
  actor: actorNamed('someone'),
  organisation: 'HOSP-A',
  group: groupOf('HOSP-A'),
  roles: [role],
  purpose: null,
  mfa: false,
  machine: role === 'modality' || role === 'hospital-system',
  person:
    role === 'patient' && one.who.patient !== undefined ? personOf(archive, one.who.patient) : null,
  onBehalfOf: null,
  crisis: false,
  ...one.subject,
});

/** What the answer to a route must be by the decision alone. */
function expectedOf(row: RouteRow, subject: AccessSubject, facts: StudyFacts, one: AccessCase) {
  const action = row.demands as StudyAction;
  if (firstGate(subject, action).outcome === 'deny') return 403;
  if (isShown(subject, action, facts, one)) return 200;
  const isGone = facts.state === 'disposed';
  return isGone && isShown(subject, action, { ...facts, state: 'active' }, one) ? 410 : 404;
}

function isShown(
  subject: AccessSubject,
  action: StudyAction,
  facts: StudyFacts,
  { standing }: AccessCase,
): boolean {
  const { outcome, obligations } = decideAccess(subject, action, facts, standing);
  return outcome === 'permit' && !obligations.some((each) => UNKEPT.includes(each));
}
