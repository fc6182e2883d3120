import type { ByteRange } from '#storage/object-store';

/** The Range and If-Range fields of a GET. */
export type AskedRange = Readonly<{ range: string; ifRange: string | undefined }>;

/** One representation: its strong entity tag and its length in bytes. */
export type Representation = Readonly<{ tag: string; bytes: number }>;

/** RFC 9110 §14.1.1; the name of the unit in any case. */
const BYTES = /^bytes=[ \t]*(?:(\d+)-(\d*)|-(\d+))[ \t]*$/i;

/**
 * Which bytes of it to send (RFC 9110 §14.2). `all`: nothing was asked for, or something that may be passed over: another unit, several
 * ranges, a range that is none, an If-Range that names another representation. `none`: nothing of it is there (416).
 */
export function selectRange(
  asked: AskedRange | undefined,
  { tag, bytes }: Representation,
): ByteRange | 'all' | 'none' {
  if (asked === undefined || (asked.ifRange !== undefined && asked.ifRange.trim() !== tag))
    return 'all';
  const [found, first = '', last = '', suffix] = BYTES.exec(asked.range) ?? [];
  if (found === undefined) return 'all';
  if (suffix !== undefined) return lastBytes(Number(suffix), bytes);
  const start = Number(first);
  const lastAsked = last === '' ? Number.POSITIVE_INFINITY : Number(last);
  if (lastAsked < start) return 'all';
  return start >= bytes ? 'none' : { start, end: Math.min(lastAsked + 1, bytes) };
}

const lastBytes = (count: number, bytes: number): ByteRange | 'none' =>
  count === 0 || bytes === 0 ? 'none' : { start: Math.max(0, bytes - count), end: bytes };
