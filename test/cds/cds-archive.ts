import { randomUUID } from 'node:crypto';
import { onboard, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { actorOf } from '../../apps/archive-api/src/caller/caller.js';
import { archiveCore } from '../support/archive-core.js';
import { type CdsKeys, cdsKeys, type JwtChange, signJwt } from './cds-jwt.js';

/** The nation's authority, which all hospitals may name. */
export const NATION = '1.3.182.4.4';
export const NATIONAL = `urn:oid:${NATION}`;
/** The users of the hospitals' programs sign in here. */
export const USERS = 'urn:arkim:demo-issuer';
export const SMART = 'https://viewer.example/launch';

const NAMES = { 'HOSP-A': 'CH du Sud', 'HOSP-B': 'CH Nord', 'HOSP-C': 'Cavaillon' } as const;
export type Hospital = keyof typeof NAMES;
const HOSPITALS = Object.keys(NAMES) as Hospital[];

/** What each hospital calls its procedures. */
const CODES = {
  'HOSP-A': { TDMTHO: 'CT chest without-contrast', TDMABD: 'CT abdomen with-contrast' },
  'HOSP-B': {
    'CT-THX-N': 'CT chest without-contrast',
    'CT-THX-KM': 'CT chest with-contrast',
    'MR-KNIE-L': 'MR knee left without-contrast',
  },
  'HOSP-C': { SCABDO: 'CT abdomen with-contrast' },
} as const;
export const catalogueOf = (hospital: Hospital) => `urn:example:${hospital}`;

export type Json = Readonly<Record<string, unknown>>;
export type Answer = Readonly<{ status: number; text: string; body: Json; headers: Headers }>;

/** How a call is made: by whose client, of which service. */
export type Call = Readonly<{
  hospital?: Hospital;
  client?: string;
  service?: `imaging-duplicate-${'select' | 'sign'}${'' | '/feedback'}`;
  jwt?: JwtChange;
  authorization?: string;
}>;

/** Three hospitals with programs that ask by CDS Hooks, a worker, and the edge over them. */
export async function cdsArchive() {
  const archive = await archiveCore();
  const { ids, keys } = archive.ingest;
  const api = await testApi(archive.pool, { ids, keys, objects: archive.store });
  const signing = await cdsKeys();
  await onboard(archive.pool, ...HOSPITALS);
  for (const hospital of HOSPITALS)
    await archive.pool.query('update hospitals set name = $2, settings = $3 where hospital = $1', [
      hospital,
      NAMES[hospital],
      JSON.stringify(settingsOf(hospital, signing)),
    ]);
  const refresh = async () => {
    await archive.pool.query('update registry_state set version = version + 1');
    await api.ports.registry.look('all');
  };
  await refresh();
  const call = async (body: unknown, how: Call = {}): Promise<Answer> => {
    const { hospital = 'HOSP-A', service = 'imaging-duplicate-sign', jwt } = how;
    const { client = clientOf(hospital) } = how;
    const address = `${api.url}/cds-services/${service}`;
    const token = await signJwt(signing, { iss: client, aud: address }, jwt);
    const answer = await fetch(address, {
      method: 'POST',
      headers: {
        authorization: how.authorization ?? `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const { status, headers } = answer;
    return { status, text, body: JSON.parse(text) as Json, headers };
  };
  return {
    archive,
    api,
    signing,
    call,
    refresh,
    pool: archive.pool,
    /** Stores files for a hospital, and waits until they are findable. */
    store: async (hospital: Hospital, ...files: readonly Buffer[]) => {
      await archive.send(files, hospital);
      await archive.work();
    },
    /** Takes back all that an issuer gave somebody, for as long as `during` runs. */
    whileRevoked: async (issuer: string, subject: string, during: () => Promise<void>) => {
      const values = [issuer, actorOf({ issuer, subject })];
      await archive.pool.query(
        `insert into revocations (id, issuer, actor, revoked_at) values ('r', $1, $2, now())`,
        values,
      );
      await refresh();
      await during();
      await archive.pool.query('delete from revocations');
      await refresh();
    },
    claimOf: (hospital: Hospital, study: string) => ids.claim(hospital, study),
    personOf: (authority: string, value: string) => ids.patient(authority, value),
    close: async () => {
      await api.close();
      await archive.close();
    },
  };
}

export type CdsArchive = Awaited<ReturnType<typeof cdsArchive>>;

export const clientOf = (hospital: Hospital) => `https://ehr.${hospital.toLowerCase()}.example`;

const settingsOf = (hospital: Hospital, { jwks }: CdsKeys) => ({
  issuers: [],
  clients: [
    {
      ...machine(clientOf(hospital), jwks),
      cdsHooks: {
        userIssuer: USERS,
        ...(hospital === 'HOSP-A' ? { smartLaunch: SMART } : {}),
      },
    },
    machine(`${clientOf(hospital)}/feed`, jwks),
  ],
  authorities: { default: null, issuers: { NAT: NATION } },
  aeTitles: [],
  catalogues: [
    {
      name: 'own',
      system: catalogueOf(hospital),
      designator: '99OWN',
      codes: CODES[hospital],
    },
  ],
  jurisdiction: 'LU',
  group: '',
});

const machine = (id: string, jwks: CdsKeys['jwks']) => ({
  id,
  keys: { set: jwks },
  certificates: [],
  roles: ['hospital-system'],
  aeTitles: [],
});

/** An id that no other call has. */
export const newInstance = (): string => randomUUID();
