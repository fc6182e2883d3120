import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { ALGORITHMS } from '#platform/verify-token';
import type { HospitalRegistry } from '../caller/hospital-registry.js';
import type { ClientKeys } from '../machine-tokens/client-keys.js';
import { type ProofRefusal, refusalOf } from '../machine-tokens/prove-client.js';
import type { UseOnce } from '../machine-tokens/used-assertions.js';
import { type CdsClient, isCdsClient, type RegisteredCdsClient } from './cds-client.js';

/** What proving a client of CDS Hooks needs. */
export type CdsProofPorts = Readonly<{
  registry: Pick<HospitalRegistry, 'client'>;
  keysOf: ClientKeys;
  useOnce: UseOnce;
}>;

/** A bearer's JWT, and the addresses of the service that it was sent to; none where the archive doesn't know its own address. */
export type ShownJwt = Readonly<{ jwt: string; services: readonly string[]; nowMs: number }>;

export type CdsProof =
  | Readonly<{ ok: true; client: CdsClient; registered: RegisteredCdsClient }>
  | Readonly<{ ok: false; why: ProofRefusal }>;

const JWT_CHARS_MAX = 8192;
/** A client signs for each call: a JWT that is good for long is one that can be used by others. */
const LIFETIME_S_MAX = 600;
const CLOCK_TOLERANCE_S = 5;
const JTI_CHARS_MAX = 256;
/** Beside what the same machine shows for tokens. */
const NAMESPACE = 'cds-hooks';

/** Verifies the JWT of a call (CDS Hooks 2.0, Trusting CDS Clients) and uses it up: only public keys that the client's hospital has registered count. */
export async function proveCdsClient(
  { jwt, services, nowMs }: ShownJwt,
  ports: CdsProofPorts,
): Promise<CdsProof> {
  const said = readUnverified(jwt);
  if (said === undefined) return refused('malformed-assertion');
  const entry = ports.registry.client(said.issuer);
  if (entry === undefined || !isCdsClient(entry.client)) return refused('unknown-client');
  const registered = entry.client;
  if (services.length === 0 || !isKeyOf(said, registered)) return refused('wrong-assertion');
  const verified = await verify(jwt, ports.keysOf(registered), { ...said, services, nowMs });
  if (typeof verified === 'string') return refused(verified);
  const { iat = 0, exp = 0, jti } = verified;
  if (!isNonce(jti) || !isShort({ iat, exp }, nowMs / 1000)) return refused('wrong-assertion');
  if (!(await ports.useOnce(`${NAMESPACE}/${registered.id}`, jti, exp * 1000)))
    return refused('replayed-assertion');
  const { hospital } = entry;
  const settings = registered.cdsHooks;
  const client = { hospital, id: registered.id, settings, issuedAtMs: iat * 1000 };
  return { ok: true, client, registered };
}

/** What a JWT says of itself; it's believed after the signature. */
type Unverified = Readonly<{ issuer: string; keyUri: unknown }>;

function readUnverified(jwt: string): Unverified | undefined {
  if (jwt.length > JWT_CHARS_MAX) return undefined;
  try {
    const { kid, jku } = decodeProtectedHeader(jwt);
    const { iss } = decodeJwt(jwt);
    return kid === undefined || iss === undefined ? undefined : { issuer: iss, keyUri: jku };
  } catch {
    return undefined;
  }
}

/** Keys are never fetched from where a JWT says: it may only repeat what is registered. */
const isKeyOf = ({ keyUri }: Unverified, { keys }: RegisteredCdsClient): boolean =>
  keyUri === undefined || ('uri' in keys && keys.uri === keyUri);

async function verify(
  jwt: string,
  keys: ReturnType<ClientKeys>,
  { issuer, services, nowMs }: Unverified & Pick<ShownJwt, 'services' | 'nowMs'>,
): Promise<JWTPayload | ProofRefusal> {
  try {
    const { payload } = await jwtVerify(jwt, keys, {
      issuer,
      audience: [...services],
      typ: 'JWT',
      algorithms: [...ALGORITHMS],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'iat', 'jti'],
    });
    return payload;
  } catch (error) {
    return refusalOf(error);
  }
}

const isNonce = (jti: unknown): jti is string =>
  typeof jti === 'string' && jti !== '' && jti.length <= JTI_CHARS_MAX;

/** Made now, and soon over. */
const isShort = ({ iat, exp }: Readonly<{ iat: number; exp: number }>, nowS: number): boolean =>
  iat <= nowS + CLOCK_TOLERANCE_S && exp - iat <= LIFETIME_S_MAX && exp <= nowS + LIFETIME_S_MAX;

const refused = (why: ProofRefusal): CdsProof => ({ ok: false, why });
