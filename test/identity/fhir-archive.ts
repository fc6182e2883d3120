import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { expect } from 'vitest';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { sliceOf } from './people.js';

export const NATION = '1.3.182.4.4';
export const NATIONAL = `urn:oid:${NATION}`;
export const systemOf = (hospital: string) => `urn:arkim:authority:${hospital}`;

export type Json = Readonly<Record<string, unknown>>;
export type Answer = Readonly<{ status: number; type: string; headers: Headers; body: Json }>;

/** Who asks: a role of a hospital, or of the agency. */
export type Who = Readonly<{ role: string; hospital?: string }>;

/** Two hospitals that both may name the nation's authority, and the edge over them. */
export async function fhirArchive() {
  const archive: ArchiveCore = await archiveCore();
  const api: TestApi = await testApi(archive.pool, {
    ids: archive.ingest.ids,
    keys: archive.ingest.keys,
  });
  await onboard(archive.pool, 'HOSP-A', 'HOSP-B');
  const authorities = { default: null, issuers: { NAT: NATION } };
  await archive.pool.query('update hospitals set settings = $1', [JSON.stringify({ authorities })]);
  const ask = async (path: string, who: Who, init: RequestInit = {}): Promise<Answer> => {
    const token = await api.token(who.role, who.hospital);
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const answer = await fetch(`${api.url}/fhir/${path}`, { ...init, headers });
    return judged({
      status: answer.status,
      type: answer.headers.get('content-type') ?? '',
      headers: answer.headers,
      body: (await answer.json()) as Json,
    });
  };
  const send = (method: string) => (path: string, who: Who, body: Json) =>
    ask(path, who, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/fhir+json' },
    });
  return {
    archive,
    api,
    ask,
    put: send('PUT'),
    post: send('POST'),
    store: async (study: number, patient: string, hospital = 'HOSP-A') => {
      await archive.send([sliceOf(study, patient)], hospital);
      await archive.work();
    },
    close: async () => {
      await api.close();
      await archive.close();
    },
  };
}

export type FhirArchive = Awaited<ReturnType<typeof fhirArchive>>;

const validator = new JSONSchemaValidator();

/** Every answer is a resource as the JSON schema of FHIR R4 has it. It is of 4.0.0, which doesn't know its own correction, 4.0.1. */
export const judged = (answer: Answer): Answer => {
  expect(answer.type).toBe('application/fhir+json; charset=utf-8');
  const { fhirVersion, ...body } = answer.body;
  const ofSchema = fhirVersion === undefined ? body : { ...body, fhirVersion: '4.0.0' };
  expect([body, validator.validate(ofSchema)]).toEqual([body, []]);
  return answer;
};

/** A Patient of FHIR. */
export const patientOf = (
  identifiers: readonly (readonly [system: string, value: string])[],
  change: Json = {},
): Json => ({
  resourceType: 'Patient',
  identifier: identifiers.map(([system, value]) => ({ system, value })),
  name: [{ family: 'Muster', given: ['Anna', 'Maria'] }],
  birthDate: '1970-02-03',
  gender: 'female',
  ...change,
});
