import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { NONCE_BYTES, openContent, sealContent } from './content-seal.js';
import type { Sealed } from './event.js';
import type { SealingKey } from './key-ring.js';

/** Where a sealed part belongs; it opens nowhere else. */
export type SealPlace = Readonly<{ stream: string; version: number; type: string }>;

/** The longest personal part, as JSON, in bytes. */
export const PERSONAL_BYTES_MAX = 32 * 1024 * 1024;

/* The first byte of the plaintext says how the JSON follows. Lists of instances shrink sixfold. */
const PLAIN = 0;
const ZSTD = 1;
const COMPRESS_BYTES_MIN = 1024;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Seals a personal part for its place with a fresh random nonce of NONCE_BYTES. */
export function sealPersonal(
  key: SealingKey,
  place: SealPlace,
  personal: unknown,
  nonce: Uint8Array,
): Sealed {
  const sealed = sealContent(key.secret, associatedData(place), pack(personal), nonce);
  return {
    keyId: key.id,
    nonce: sealed.toString('base64', 0, NONCE_BYTES),
    ciphertext: sealed.toString('base64', NONCE_BYTES),
  };
}

/** What `sealPersonal` sealed. Throws SealBroken when the key, the place or a byte isn't the same. */
export function openSealed(key: SealingKey, place: SealPlace, sealed: Sealed): unknown {
  const bytes = Buffer.concat([
    Buffer.from(sealed.nonce, 'base64'),
    Buffer.from(sealed.ciphertext, 'base64'),
  ]);
  return unpack(openContent(key.secret, associatedData(place), bytes));
}

const associatedData = ({ stream, version, type }: SealPlace) =>
  JSON.stringify([stream, version, type]);

function pack(personal: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(personal));
  if (json.length > PERSONAL_BYTES_MAX) throw new Error(`a personal part of ${json.length} bytes`);
  const compress = json.length >= COMPRESS_BYTES_MIN;
  return Buffer.concat([
    Buffer.of(compress ? ZSTD : PLAIN),
    compress ? zstdCompressSync(json, LEVEL) : json,
  ]);
}

function unpack(packed: Buffer): unknown {
  const body = packed.subarray(1);
  const plain =
    packed[0] === ZSTD ? zstdDecompressSync(body, { maxOutputLength: PERSONAL_BYTES_MAX }) : body;
  return JSON.parse(plain.toString());
}
