import type { KeyObject } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { openContent, sealContent } from '#events/content-seal';

const DOCUMENT_BYTES_MAX = 256 * 1024 * 1024;

/** What binds a sealed document to its manifest and encoding; it opens for no other. */
const association = (manifest: string, encoding: string) => `manifest ${manifest} ${encoding}`;

type Document = Readonly<{ manifest: string; encoding: string }>;

/** A document as it is kept: compressed, then sealed under the study's key. */
export const sealManifest = (
  secret: KeyObject,
  { manifest, encoding }: Document,
  body: Buffer,
  nonce: Buffer,
): Buffer => sealContent(secret, association(manifest, encoding), zstdCompressSync(body), nonce);

/** Throws when the bytes are not that document. */
export const openManifest = (
  secret: KeyObject,
  { manifest, encoding }: Document,
  sealed: Buffer,
): Buffer =>
  zstdDecompressSync(openContent(secret, association(manifest, encoding), sealed), {
    maxOutputLength: DOCUMENT_BYTES_MAX,
  });
