import { createHash } from 'node:crypto';
import { BLOCK_BYTES, type BlockPool } from './block-pool.js';

/** Bytes of known length that can be sent again; `sha256` (hex) is signed with the request. */
export type HeldBytes = Readonly<{ chunks: readonly Uint8Array[]; bytes: number; sha256: string }>;

/** The field that the checksum is sent in, beside the signature: S3 keeps it, and asks for it where objects are locked. */
export const CHECKSUM_FIELD = 'x-amz-checksum-sha256';

/** The checksum as S3 wants it, in base64. */
export function checksumOf({ sha256 }: HeldBytes): string {
  return Buffer.from(sha256, 'hex').toString('base64');
}

/** A part of an object while it is gathered. */
export type HeldPart = Readonly<{
  /** Copies what fits and gives the rest. */
  add(chunk: Uint8Array): Uint8Array;
  isFull(): boolean;
  /** What was gathered; nothing may be added afterwards. */
  finish(): HeldBytes;
  /** Once. `reusable`: every request that sent the bytes was answered. */
  release(reusable: boolean): void;
}>;

/** An empty part that takes up to `bytesMax`. It holds as many blocks as its bytes need, so that a slow sender holds little. */
export function heldPart(pool: BlockPool, bytesMax: number): HeldPart {
  const blocks: Buffer[] = [];
  const hash = createHash('sha256');
  let bytes = 0;

  const copy = (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.length; ) {
      const offset = bytes % BLOCK_BYTES;
      if (offset === 0) blocks.push(pool.take());
      const piece = chunk.subarray(at, at + BLOCK_BYTES - offset);
      blocks.at(-1)?.set(piece, offset);
      at += piece.length;
      bytes += piece.length;
    }
  };

  return {
    add(chunk) {
      const fitting = chunk.subarray(0, bytesMax - bytes);
      hash.update(fitting);
      copy(fitting);
      return chunk.subarray(fitting.length);
    },
    isFull: () => bytes >= bytesMax,
    finish: () => ({
      chunks: blocks.map((block, index) => block.subarray(0, bytes - index * BLOCK_BYTES)),
      bytes,
      sha256: hash.digest('hex'),
    }),
    release: (reusable) => (reusable ? pool.give(blocks) : pool.drop(blocks)),
  };
}

/** Bytes that are there already. */
export function heldText(text: string): HeldBytes {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { chunks: [bytes], bytes: bytes.length, sha256 };
}
