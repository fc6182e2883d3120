import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import { ALGORITHMS } from '#platform/verify-token';
import type { HospitalRegistry } from '../caller/hospital-registry.js';
import type { ClientEntry } from '../caller/registry-entries.js';
import type { ClientKeys } from './client-keys.js';
import type { UseOnce } from './used-assertions.js';

/** What proving a machine needs; `audience`: the archive's own name. */
export type ProofPorts = Readonly<{
  registry: Pick<HospitalRegistry, 'client'>;
  keysOf: ClientKeys;
  useOnce: UseOnce;
  audience: string;
}>;

export type Proof =
  | Readonly<{ ok: true; entry: ClientEntry }>
  | Readonly<{ ok: false; why: ProofRefusal }>;

/** Why an assertion proves nothing. Only `keys-unreachable` may pass when the machine tries again. */
export type ProofRefusal =
  | 'malformed-assertion'
  | 'unknown-client'
  | 'wrong-assertion'
  | 'expired-assertion'
  | 'replayed-assertion'
  | 'keys-unreachable';

const ASSERTION_CHARS_MAX = 8192;
/** An assertion proves that the machine has its key now: it can't be made for later. */
const LIFETIME_S_MAX = 600;
const CLOCK_TOLERANCE_S = 5;
const JTI_CHARS_MAX = 256;

/** Verifies a JWT assertion of a machine (RFC 7523 §3) and uses it up. */
export async function proveClient(
  assertion: string,
  ports: ProofPorts,
  nowMs: number,
): Promise<Proof> {
  const client = clientNamedIn(assertion);
  if (client === undefined) return refused('malformed-assertion');
  const entry = ports.registry.client(client);
  if (entry === undefined) return refused('unknown-client');
  const verified = await verify(assertion, entry, { ...ports, nowMs });
  if (typeof verified === 'string') return refused(verified);
  const { exp = 0, jti = '' } = verified;
  if (jti === '' || jti.length > JTI_CHARS_MAX || exp * 1000 > nowMs + LIFETIME_S_MAX * 1000)
    return refused('wrong-assertion');
  const isFirst = await ports.useOnce(client, jti, exp * 1000);
  return isFirst ? { ok: true, entry } : refused('replayed-assertion');
}

async function verify(
  assertion: string,
  { client }: ClientEntry,
  { keysOf, audience, nowMs }: ProofPorts & Readonly<{ nowMs: number }>,
): Promise<JWTPayload | ProofRefusal> {
  try {
    const { payload } = await jwtVerify(assertion, keysOf(client), {
      issuer: client.id,
      subject: client.id,
      audience: [audience, `${audience}/oauth2/token`],
      algorithms: [...ALGORITHMS],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'jti'],
    });
    return payload;
  } catch (error) {
    return refusalOf(error);
  }
}

/** Why jose verified nothing. */
export function refusalOf(error: unknown): ProofRefusal {
  if (error instanceof errors.JWTExpired) return 'expired-assertion';
  const isOfToken = error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC';
  return isOfToken && !(error instanceof errors.JWKSTimeout)
    ? 'wrong-assertion'
    : 'keys-unreachable';
}

/* Only read here to find the keys; it's believed after the signature. */
function clientNamedIn(assertion: string): string | undefined {
  if (assertion.length > ASSERTION_CHARS_MAX) return undefined;
  try {
    return decodeJwt(assertion).sub;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

const refused = (why: ProofRefusal): Proof => ({ ok: false, why });
