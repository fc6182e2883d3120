import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Agent, request } from 'undici';

const issuer = 'https://ehr.bench.example';
const system = 'urn:bench:catalogue';
const nationalSystem = 'urn:oid:1.3.182.4.4';
const lifetimeS = 120;
/** No more calls wait than these. */
const connections = 512;

/** A hospital's program that may ask: its key is registered, and what its hospital calls the exam. */
export async function openClient(pool) {
  const { publicKey, privateKey } = await generateKeyPair('ES384');
  const key = { ...(await exportJWK(publicKey)), alg: 'ES384', kid: 'bench' };
  await pool.query(`update hospitals set settings = $1 where hospital = 'HOSP-A'`, [settings(key)]);
  await pool.query('update registry_state set version = version + 1');
  const dispatcher = new Agent({ connections });
  return {
    /** Asks about one patient's order; answers with the number of cards, and fails unless it was served. */
    at: (address) => async (patient) => {
      const answer = await request(address, {
        dispatcher,
        method: 'POST',
        headers: {
          authorization: `Bearer ${await sign(privateKey, address)}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify(order(patient)),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${text}`);
      return JSON.parse(text).cards.length;
    },
  };
}

const sign = (key, address) => {
  const iat = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: issuer, aud: address, iat, exp: iat + lifetimeS, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES384', kid: 'bench', typ: 'JWT' })
    .sign(key);
};

const settings = (key) =>
  JSON.stringify({
    issuers: [],
    clients: [
      {
        ...{ id: issuer, keys: { set: { keys: [key] } }, certificates: [], aeTitles: [] },
        roles: ['hospital-system'],
        cdsHooks: { userIssuer: 'urn:arkim:demo-issuer' },
      },
    ],
    authorities: { default: null, issuers: { NAT: '1.3.182.4.4' } },
    aeTitles: [],
    catalogues: [
      {
        ...{ name: 'own', system, designator: '99OWN' },
        codes: { TDMTHO: 'CT chest without-contrast' },
      },
    ],
    jurisdiction: 'LU',
    group: '',
  });

const order = (patient) => ({
  hook: 'order-sign',
  hookInstance: randomUUID(),
  fhirServer: 'https://ehr.bench.example/fhir',
  context: {
    userId: `Practitioner/d${patient % 50}`,
    patientId: '1',
    draftOrders: {
      resourceType: 'Bundle',
      entry: [
        {
          resource: {
            ...{ resourceType: 'ServiceRequest', id: 'o1', status: 'draft', intent: 'order' },
            code: { coding: [{ system, code: 'TDMTHO', display: 'CT chest' }] },
            subject: { reference: 'Patient/1' },
            occurrenceDateTime: new Date().toISOString().slice(0, 10),
          },
        },
      ],
    },
  },
  prefetch: {
    patient: {
      ...{ resourceType: 'Patient', id: '1' },
      identifier: [{ system: nationalSystem, value: `P${patient}` }],
    },
  },
});
