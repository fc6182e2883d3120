import type { DemoClaims } from '#platform/demo-issuer';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { type Answer, type Json, judged, NATION, systemOf } from '../identity/fhir-archive.js';
import { archiveCore } from '../support/archive-core.js';
import { type Attributes, ctSlice, part10 } from '../support/part10.js';

export const HOSPITALS = ['HOSP-A', 'HOSP-B', 'HOSP-C'] as const;
export type Hospital = (typeof HOSPITALS)[number];

/** What a token says. */
export type Who = Partial<DemoClaims>;

/** A study of one instance, by its number; what isn't said is that of `ctSlice`. */
export type Exam = Readonly<{
  study: number;
  hospital: Hospital;
  patient: string;
  change?: Attributes;
}>;

export const uidOf = (study: number): string => `1.2.826.${study}`;

const fileOf = ({ study, patient, change }: Exam): Buffer => {
  const uid = uidOf(study);
  const uids = { study: uid, series: `${uid}.1`, instance: `${uid}.1.1` };
  return part10(ctSlice(uids, { '00100020': ['LO', patient], ...change }));
};

/** Three hospitals that all may name the nation's authority, the edge and the worker over them. */
export async function imagingArchive() {
  const core = await archiveCore();
  const { pool, ingest } = core;
  const api: TestApi = await testApi(pool, {
    objects: core.store,
    ids: ingest.ids,
    keys: ingest.keys,
  });
  await onboard(pool, ...HOSPITALS);
  const authorities = { default: null, issuers: { NAT: NATION } };
  await pool.query('update hospitals set settings = $1', [JSON.stringify({ authorities })]);
  const fetched = async (path: string, who: Who, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${await api.sign(who)}`, ...init.headers };
    return fetch(path.startsWith('http') ? path : `${api.url}${path}`, { ...init, headers });
  };
  const ask = async (path: string, who: Who, init: RequestInit = {}): Promise<Answer> => {
    const address = path.startsWith('http') ? path : `/fhir/${path}`;
    const answer = await fetched(address, who, init);
    return judged({
      status: answer.status,
      type: answer.headers.get('content-type') ?? '',
      headers: answer.headers,
      body: (await answer.json()) as Json,
    });
  };
  return {
    api,
    pool,
    core,
    fetched,
    ask,
    /** A Parameters resource of $link and $unlink, said by the agency. */
    tie: async (act: '$link' | '$unlink', one: Named, other: Named): Promise<number> => {
      const { status } = await ask(`Patient/${act}`, AGENCY, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify(pairOf(one, other)),
      });
      return status;
    },
    store: async (...exams: readonly Exam[]) => {
      for (const exam of exams) await core.send([fileOf(exam)], exam.hospital);
      await core.work();
    },
    claimOf: ({ hospital, study }: Pick<Exam, 'hospital' | 'study'>) =>
      ingest.ids.claim(hospital, uidOf(study)),
    patientOf: ([authority, value]: Named) => ingest.ids.patient(authority, value),
    /** The organisation treats the person whose identifier this is. */
    treats: async (organisation: Hospital, [authority, value]: Named) => {
      await pool.query(
        `insert into relationships (id, patient, person, organisation, kind, valid_from)
         select $1 || patient, patient, person, $1, 'encounter', now() from patient_ids where patient = $2`,
        [organisation, ingest.ids.patient(authority, value)],
      );
    },
    close: async () => {
      await api.close();
      await core.close();
    },
  };
}

export type ImagingArchive = Awaited<ReturnType<typeof imagingArchive>>;

/** An identifier: authority and value. */
export type Named = readonly [authority: string, value: string];

export const AGENCY: Who = { organisation: 'AGENCY', roles: ['agency'], subject: 'the agency' };

export const doctorOf = (organisation: Hospital, change: Who = {}): Who => ({
  ...{ organisation, roles: ['physician'], purpose: 'TREAT', subject: `doctor of ${organisation}` },
  ...change,
});

const pairOf = (one: Named, other: Named): Json => {
  const identifier = ([authority, value]: Named) => ({ system: systemOf(authority), value });
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'source', valueIdentifier: identifier(one) },
      { name: 'target', valueIdentifier: identifier(other) },
      { name: 'reason', valueCode: 'same-person' },
    ],
  };
};

/** A search by `system|value` of a patient. */
export const byIdentifier = ([authority, value]: Named): string =>
  `patient.identifier=${encodeURIComponent(`${systemOf(authority)}|${value}`)}`;

type Entry = Readonly<{ fullUrl?: string; resource: Json; search: { mode: string } }>;

export const entriesOf = ({ body }: Pick<Answer, 'body'>, mode: string): readonly Json[] =>
  ((body['entry'] ?? []) as readonly Entry[])
    .filter(({ search }) => search.mode === mode)
    .map(({ resource }) => resource);

/** Study UIDs of what fits, in the order of the answer. */
export const studiesIn = (answer: Pick<Answer, 'body'>): readonly string[] =>
  entriesOf(answer, 'match').map((resource) => {
    const [{ value } = { value: '' }] = resource['identifier'] as readonly { value: string }[];
    return value.replace('urn:oid:', '');
  });

export const linkOf = ({ body }: Pick<Answer, 'body'>, relation: string): string | undefined =>
  (body['link'] as readonly { relation: string; url: string }[]).find(
    (one) => one.relation === relation,
  )?.url;
