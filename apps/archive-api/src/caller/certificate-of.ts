import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The certificate of the client's TLS connection: its SHA-256 thumbprint in base64url, none, or a header that nobody may send. */
export type PresentedCertificate = string | null | 'forged';

/** Reads what a proxy says of the client's certificate (RFC 9440 §2); a proxy is believed by the secret it sends along. */
export type CertificateOf = (headers: IncomingHttpHeaders) => PresentedCertificate;

const HEADER_CHARS_MAX = 16 * 1024;
/** RFC 9440 §2.1: a Byte Sequence (RFC 8941 §3.3.5) of the certificate's DER. */
const BYTE_SEQUENCE = /^:([A-Za-z0-9+/]+={0,2}):$/;

/** `secret` undefined: no proxy is trusted, and `Client-Cert` from anyone is forged. */
export const certificateOf =
  (secret: string | undefined): CertificateOf =>
  (headers) => {
    const certificate = headers['client-cert'];
    if (certificate === undefined) return null;
    const said = headers['arkim-proxy-secret'];
    if (secret === undefined || typeof said !== 'string' || !isEqual(said, secret)) return 'forged';
    if (typeof certificate !== 'string' || certificate.length > HEADER_CHARS_MAX) return 'forged';
    const [, der] = BYTE_SEQUENCE.exec(certificate) ?? [];
    return der === undefined ? 'forged' : thumbprintOf(Buffer.from(der, 'base64'));
  };

/** RFC 8705 §3.1 (`x5t#S256`). */
export const thumbprintOf = (der: Buffer): string =>
  createHash('sha256').update(der).digest('base64url');

/* Digests have one length: comparing them tells nothing of the secret's. */
const isEqual = (one: string, other: string): boolean =>
  timingSafeEqual(digestOf(one), digestOf(other));

const digestOf = (text: string) => createHash('sha256').update(text).digest();
