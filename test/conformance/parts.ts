import { expect } from 'vitest';
import type { Seen } from './face.js';

/** One part of a multipart payload. */
export type Part = Readonly<{ headers: Headers; body: Buffer<ArrayBuffer> }>;

/** The parts of a multipart/related answer, by the grammar of PS3.18 §8.6.1.2.1. */
export function partsOf(seen: Seen): readonly Part[] {
  const type = seen.headers.get('content-type') ?? '';
  expect(type).toMatch(/^multipart\/related\s*;/i);
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  const mark = `\r\n--${boundary?.[1] ?? boundary?.[2]}`;
  const text = Buffer.concat([Buffer.from('\r\n'), seen.body]);
  const parts: Part[] = [];
  let at = text.indexOf(mark);
  expect(at, 'the first boundary').toBeGreaterThanOrEqual(0);
  for (;;) {
    const start = at + mark.length;
    if (text.toString('latin1', start, start + 2) === '--') return parts;
    const next = text.indexOf(mark, start);
    expect(next, 'a boundary that ends the part').toBeGreaterThan(start);
    parts.push(partAt(text.subarray(start, next)));
    at = next;
  }
}

function partAt(bytes: Buffer<ArrayBuffer>): Part {
  const end = bytes.indexOf('\r\n\r\n');
  const headers = new Headers();
  for (const line of bytes.toString('latin1', 0, end).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return { headers, body: bytes.subarray(end + 4) };
}
