import { constants, createHash, type KeyLike, verify, X509Certificate } from 'node:crypto';
import { DerFault } from './der.js';
import { readTimeStampToken, type TimeStampToken, TST_INFO } from './time-stamp-token.js';

/** What a token was found to be. `endsAt`: when the certificate of its signer ends; ISO 8601 in UTC. */
export type CheckedStamp =
  | Readonly<{ ok: true; at: string; endsAt: string }>
  | Readonly<{ ok: false; fault: StampFault }>;

export type StampFault =
  | 'unreadable'
  | 'other-imprint'
  | 'content-changed'
  | 'no-certificate'
  | 'signature-wrong'
  | 'not-a-time-stamper'
  | 'not-believed';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const CHAIN_MAX = 8;

/** PEM certificates, one behind the other. Throws when there is none. */
export function readCertificates(pem: string): readonly X509Certificate[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new Error('there is no certificate in PEM');
  return found.map((one) => new X509Certificate(one));
}

/** Whether the token stamps this hash, is signed by who it says, and that one is believed by one of these certificates, as of the time that it tells (RFC 3161 §2.4.2, RFC 5816). Revocation isn't asked. */
export function checkTimeStamp(
  der: Uint8Array,
  hash: Uint8Array,
  trusted: readonly X509Certificate[],
): CheckedStamp {
  const token = readToken(der);
  if (token === undefined) return { ok: false, fault: 'unreadable' };
  if (!token.imprint.hash.equals(hash)) return { ok: false, fault: 'other-imprint' };
  try {
    return checkSigner(token, trusted);
  } catch {
    return { ok: false, fault: 'unreadable' }; // Keys and certificates that are none make the cryptography throw.
  }
}

function readToken(der: Uint8Array): TimeStampToken | undefined {
  try {
    return readTimeStampToken(der);
  } catch (error) {
    if (error instanceof DerFault) return undefined;
    throw error;
  }
}

function checkSigner(token: TimeStampToken, trusted: readonly X509Certificate[]): CheckedStamp {
  const { signer, content, at } = token;
  const digest = createHash(signer.digest).update(content).digest();
  if (signer.contentType !== TST_INFO || !digest.equals(signer.messageDigest))
    return { ok: false, fault: 'content-changed' };
  const within = token.certificates.flatMap((one) => readCertificate(one));
  const certificate = [...within, ...trusted].find(({ raw }) =>
    createHash(signer.certificate.digest).update(raw).digest().equals(signer.certificate.hash),
  );
  if (certificate === undefined) return { ok: false, fault: 'no-certificate' };
  if (!isSignedBy(token, certificate)) return { ok: false, fault: 'signature-wrong' };
  if (certificate.keyUsage?.includes(TIME_STAMPING) !== true)
    return { ok: false, fault: 'not-a-time-stamper' };
  if (!isBelieved(certificate, { within, trusted, at: new Date(at) }))
    return { ok: false, fault: 'not-believed' };
  return { ok: true, at, endsAt: new Date(certificate.validTo).toISOString() };
}

function readCertificate(der: Buffer): readonly X509Certificate[] {
  try {
    return [new X509Certificate(der)];
  } catch {
    return []; // What is no certificate signs nothing.
  }
}

/** How a signature is verified, by the identifier of its algorithm; `digest` undefined: the signer's. */
const SIGNATURES: Readonly<Record<string, Readonly<{ digest?: string | null; isPss?: true }>>> = {
  '1.2.840.113549.1.1.1': {},
  '1.2.840.113549.1.1.10': { isPss: true },
  '1.2.840.113549.1.1.11': { digest: 'sha256' },
  '1.2.840.113549.1.1.12': { digest: 'sha384' },
  '1.2.840.113549.1.1.13': { digest: 'sha512' },
  '1.2.840.10045.4.3.2': { digest: 'sha256' },
  '1.2.840.10045.4.3.3': { digest: 'sha384' },
  '1.2.840.10045.4.3.4': { digest: 'sha512' },
  '1.3.101.112': { digest: null },
};

function isSignedBy({ signer }: TimeStampToken, { publicKey }: X509Certificate): boolean {
  const how = SIGNATURES[signer.signatureAlgorithm];
  if (how === undefined) return false;
  const digest = how.digest === undefined ? signer.digest : how.digest;
  const pss = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING };
  const key: KeyLike | typeof pss = how.isPss ? pss : publicKey;
  return verify(digest, signer.signedAttributes, key, signer.signature);
}

type Belief = Readonly<{
  within: readonly X509Certificate[];
  trusted: readonly X509Certificate[];
  at: Date;
}>;

function isBelieved(certificate: X509Certificate, { within, trusted, at }: Belief): boolean {
  let current = certificate;
  for (let steps = 0; steps < CHAIN_MAX; steps++) {
    const holds = new Date(current.validFrom) <= at && at <= new Date(current.validTo);
    if (!holds) return false;
    if (trusted.some(({ fingerprint256 }) => fingerprint256 === current.fingerprint256))
      return true;
    const issuer = [...trusted, ...within].find(
      (one) => one.ca && current.checkIssued(one) && current.verify(one.publicKey),
    );
    if (issuer === undefined || issuer.fingerprint256 === current.fingerprint256) return false;
    current = issuer;
  }
  return false;
}
