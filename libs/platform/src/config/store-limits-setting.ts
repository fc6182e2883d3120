import { wholeNumber } from './whole-number.js';

/** What one Store request may bring. */
export type StoreLimits = Readonly<{
  /** Bytes of one instance, or of one bulk data part. */
  partBytesMax: number;
  partsMax: number;
  /** Names and values of the headers of one part, in bytes. */
  partHeaderBytesMax: number;
  /** Longest time without a byte of the body. */
  idleMsMax: number;
  /** Bytes of all JSON or XML metadata of a request. */
  metadataBytesMax: number;
}>;

const KIB = 1024;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** The settings of these limits with what they are when unset. */
export const storeLimitSettings = {
  ARKIM_STORE_PART_BYTES_MAX: wholeNumber(MIB, 64 * GIB).default(16 * GIB),
  ARKIM_STORE_PARTS_MAX: wholeNumber(1, 100_000).default(10_000),
  ARKIM_STORE_PART_HEADER_BYTES_MAX: wholeNumber(KIB, 64 * KIB).default(16 * KIB),
  ARKIM_STORE_IDLE_MS: wholeNumber(100, 600_000).default(30_000),
  ARKIM_STORE_METADATA_BYTES_MAX: wholeNumber(MIB, 64 * MIB).default(16 * MIB),
};

type Read = Readonly<{ [name in keyof typeof storeLimitSettings]: number }>;

export const storeLimitsOf = (read: Read): StoreLimits => ({
  partBytesMax: read.ARKIM_STORE_PART_BYTES_MAX,
  partsMax: read.ARKIM_STORE_PARTS_MAX,
  partHeaderBytesMax: read.ARKIM_STORE_PART_HEADER_BYTES_MAX,
  idleMsMax: read.ARKIM_STORE_IDLE_MS,
  metadataBytesMax: read.ARKIM_STORE_METADATA_BYTES_MAX,
});
