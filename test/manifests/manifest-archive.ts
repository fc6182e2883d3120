import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { expect } from 'vitest';
import type { DemoClaims } from '#platform/demo-issuer';
import { sliceOf } from '../identity/people.js';
import { workingArchive } from '../store/working-archive.js';
import { publishAll } from './publish-all.js';

/** The nation's authority, which every hospital may name. */
export const NATION = '1.3.182.4.4';
export const HOSPITALS = ['HOSP-A', 'HOSP-B', 'HOSP-C', 'HOSP-D'] as const;

export type Json = Readonly<Record<string, unknown>>;
export type Who = Partial<DemoClaims>;
/** `json` is undefined when the answer is no JSON. */
export type Answered = Readonly<{
  status: number;
  type: string;
  headers: Headers;
  bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
  json: any;
}>;

export const AGENCY: Who = { organisation: 'AGENCY', roles: ['agency'] };
export const anna: Who = {
  organisation: 'AGENCY',
  roles: ['patient'],
  subject: 'anna',
  patient: `${NATION}:anna`,
};
export const physician = (organisation: string): Who => ({ organisation, roles: ['physician'] });

const validator = new JSONSchemaValidator();

/** Edge and worker with four hospitals that name patients by the nation's authority; FHIR that they answer is as the schema of R4 has it. */
export async function manifestArchive() {
  const archive = await workingArchive();
  const { api, core } = archive;
  await core.pool.query(
    `insert into hospitals (hospital, name, onboarded_at) values ('HOSP-D', 'HOSP-D', now())`,
  );
  const authorities = { default: null, issuers: { NAT: NATION } };
  await core.pool.query('update hospitals set settings = $1', [JSON.stringify({ authorities })]);
  const ask = async (path: string, who: Who, init: RequestInit = {}): Promise<Answered> => {
    const headers = { authorization: `Bearer ${await api.sign(who)}`, ...init.headers };
    const answer = await fetch(api.url + path, { ...init, headers });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get('content-type') ?? '';
    const json = type.includes('json') && bytes.length > 0 ? JSON.parse(String(bytes)) : undefined;
    if (type.includes('fhir+json')) judge(json);
    return { status: answer.status, type, headers: answer.headers, bytes, json };
  };
  return {
    ...{ api, core, ask },
    /** Stores an instance of study `1.2.<study>`, and does what follows from it. */
    store: async (hospital: string, study: number, patient: string, instance = 1) => {
      await core.send([sliceOf(study, patient, { instance, issuer: 'NAT' })], hospital);
      await core.work();
      return publishAll(core);
    },
    publish: () => publishAll(core),
    /** Documents that a search finds. */
    find: async (query: string, who: Who = AGENCY): Promise<readonly Json[]> => {
      const { status, json } = await ask(`/fhir/DocumentReference?${query}`, who);
      expect([query, status]).toEqual([query, 200]);
      return ((json.entry ?? []) as readonly { resource: Json }[]).map(({ resource }) => resource);
    },
    claimOf: (hospital: string, study: number) => core.ingest.ids.claim(hospital, `1.2.${study}`),
    close: archive.close,
  };
}

export type ManifestArchive = Awaited<ReturnType<typeof manifestArchive>>;

/** The schema is of 4.0.0, which doesn't know its own correction, 4.0.1. */
const judge = (resource: Json): void => {
  const { fhirVersion, ...rest } = resource;
  const ofSchema = fhirVersion === undefined ? rest : { ...rest, fhirVersion: '4.0.0' };
  expect([resource, validator.validate(ofSchema)]).toEqual([resource, []]);
};
