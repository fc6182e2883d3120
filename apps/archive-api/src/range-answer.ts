import type { ByteRange } from '#storage/object-store';
import { type Answer, problemAnswer } from './answer.js';
import { type AskedRange, type Representation, selectRange } from './byte-ranges.js';
import { rangeNotSatisfiable } from './problem.js';

/** A single-part representation whose bytes can be had from anywhere to anywhere; `open` is asked for what is sent alone. */
export type RangeableContent = Representation &
  Readonly<{
    headers: Answer['headers'];
    open: (range: ByteRange) => Promise<Buffer | AsyncIterable<Buffer>>;
    sent?: () => void;
  }>;

const RANGES = { 'accept-ranges': 'bytes' } as const;

/** 200 with all of it, 206 with the range asked for, or 416 (RFC 9110 §14, §15.3.7, §15.5.17; PS3.18 §8.6.1.1). */
export async function rangeAnswer(
  content: RangeableContent,
  asked: AskedRange | undefined,
): Promise<Answer> {
  const { bytes, headers, sent } = content;
  const selected = selectRange(asked, content);
  if (selected === 'none') {
    sent?.();
    return notSatisfiable(bytes);
  }
  const whole = selected === 'all';
  const range = whole ? { start: 0, end: bytes } : selected;
  return {
    status: whole ? 200 : 206,
    headers: {
      ...headers,
      ...RANGES,
      'content-length': range.end - range.start,
      ...(whole ? {} : { 'content-range': `bytes ${range.start}-${range.end - 1}/${bytes}` }),
    },
    body: await opened(content, range),
    ...(sent === undefined ? {} : { sent }),
  };
}

async function opened({ open, sent }: RangeableContent, range: ByteRange) {
  try {
    return await open(range);
  } catch (error) {
    sent?.();
    throw error;
  }
}

function notSatisfiable(bytes: number): Answer {
  const answer = problemAnswer(rangeNotSatisfiable());
  return {
    ...answer,
    headers: { ...answer.headers, ...RANGES, 'content-range': `bytes */${bytes}` },
  };
}
