import koffi from 'koffi';

/** Length of CK_ULONG and of a pointer: the structures of PKCS #11 are made of both (little-endian 64-bit machines). */
export const WORD_BYTES = 8;

/** A structure that points into others; `keep` holds these alive as long as it is used. */
export class Structure {
  constructor(
    readonly bytes: Buffer,
    readonly keep: readonly (Buffer | Structure)[],
  ) {}
}

/** A CK_ULONG that is answered into. */
export const word = (value = 0): Buffer => {
  const bytes = Buffer.alloc(WORD_BYTES);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** The CK_ULONGs in a row that were answered. */
export const wordsIn = (bytes: Buffer, count: number): readonly bigint[] =>
  Array.from({ length: count }, (_, index) => bytes.readBigUInt64LE(index * WORD_BYTES));

type Part = number | Buffer | Structure;

/* Buffers are pointed to, numbers are written as they are. */
function structure(parts: readonly Part[]): Structure {
  const bytes = Buffer.alloc(parts.length * WORD_BYTES);
  for (const [index, part] of parts.entries()) {
    bytes.writeBigUInt64LE(wordOf(part), index * WORD_BYTES);
  }
  return new Structure(
    bytes,
    parts.filter((part) => typeof part !== 'number'),
  );
}

function wordOf(part: Part): bigint {
  if (typeof part === 'number') return BigInt(part);
  return koffi.address(part instanceof Structure ? part.bytes : part);
}

/** CK_ATTRIBUTEs in a row: type and value (PKCS #11 2.40 §3.4). */
export const attributes = (list: readonly (readonly [number, Buffer])[]): Structure =>
  structure(list.flatMap(([type, value]) => [type, value, value.length]));

/** A CK_MECHANISM without parameters. */
export const mechanism = (type: number): Structure => structure([type, 0, 0]);

/** CKM_AES_GCM with CK_GCM_PARAMS (PKCS #11 2.40, mechanisms §2.12.3). */
export function gcmMechanism(nonce: Buffer, associated: Buffer, tagBits: number): Structure {
  const inner = structure([
    nonce,
    nonce.length,
    nonce.length * 8,
    associated,
    associated.length,
    tagBits,
  ]);
  return structure([CKM_AES_GCM, inner, inner.bytes.length]);
}

const CKM_AES_GCM = 0x1087;
