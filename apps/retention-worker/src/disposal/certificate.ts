import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '#evidence/canonical-json';
import type { Signer } from './disposal-ports.js';

/** What became of one study of a batch. Moments in ISO 8601, '' when it wasn't disposed of. */
export type CertifiedStudy = Readonly<{
  claim: string;
  policy: string;
  policyVersion: string;
  rule: string;
  outcome: 'disposed' | 'kept';
  why: string;
  disposedAt: string;
  removedAt: string;
  objects: number;
  bytes: number;
  root: string;
}>;

/** What a certificate says: opaque ids, never a name and no UID. */
export type Certificate = Readonly<{
  kind: 'disposition-certificate';
  version: 1;
  archive: string;
  batch: string;
  hospital: string;
  jurisdiction: string;
  proposedBy: string;
  proposedAt: string;
  approvals: readonly Readonly<{ capacity: string; approver: string; at: string }>[];
  graceDays: number;
  executeAfter: string;
  rejection: '113039';
  objectList: 'RFC 9162 tree over the SHA-256 of each object, in ascending order';
  studies: readonly CertifiedStudy[];
  issuedAt: string;
}>;

/** A certificate with its signature, as it is given out: JSON in one form only (RFC 8785). `sha256`: of the whole, in hex. */
export type Signed = Readonly<{ certificate: Certificate; document: string; sha256: string }>;

/** Signs the certificate's canonical JSON by Ed25519 (RFC 8032). */
export function signCertificate(certificate: Certificate, signer: Signer): Signed {
  const value = certificate as unknown as Json;
  const document = canonicalJson({
    certificate: value,
    signature: {
      algorithm: 'Ed25519',
      over: 'the member certificate as canonical JSON (RFC 8785)',
      keyId: signer.keyId,
      publicKey: signer.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      value: signer.sign(Buffer.from(canonicalJson(value))).toString('base64'),
    },
  });
  const sha256 = createHash('sha256').update(document).digest('hex');
  return { certificate, document, sha256 };
}
