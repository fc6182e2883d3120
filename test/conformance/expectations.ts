import { expect } from 'vitest';
import { readDicom } from '../acceptance/read-dicom.js';
import { type Expected, jsonOf, typeOf } from './check.js';
import type { Seen } from './face.js';
import { type Part, partsOf } from './parts.js';
import { type Picture, pictureOf } from './pictures.js';

/** An answer of 200 in one part of this type, of which more may be said. */
export const single = (type: string, also?: (seen: Seen) => void | Promise<void>): Expected => ({
  status: 200,
  type,
  ...(also ? { also } : {}),
});

/** A multipart answer whose parts are of this type, so many of them. */
export const multipartOf = (
  type: string,
  count: number,
  also?: (parts: readonly Part[]) => void | Promise<void>,
): Expected => ({
  status: 200,
  type: 'multipart/related',
  also: async (seen) => {
    const parts = partsOf(seen);
    expect(parts).toHaveLength(count);
    for (const { headers } of parts) expect(headers.get('content-type')).toContain(type);
    await also?.(parts);
  },
});

/** A Part 10 file in this transfer syntax. */
export const dicomIn = (syntax: string): Expected =>
  single('application/dicom', ({ body }) => expect(readDicom(body).transferSyntax).toBe(syntax));

/** A picture of this type, of which more may be said. */
export const picture = (
  type: string,
  also?: (picture: Picture) => void | Promise<void>,
): Expected =>
  single(type, async ({ body }) => {
    const found = await pictureOf(body);
    expect(`image/${found.format}`).toBe(type);
    await also?.(found);
  });

/** A picture of this many columns and rows. */
export const sized = (width: number, height: number) => (found: Picture) =>
  expect([found.width, found.height]).toEqual([width, height]);

/** A 400 whose explanation names this. */
export const refusing = (name: string): Expected => ({
  status: 400,
  also: ({ body }) => expect(body.toString()).toContain(name),
});

/** The client's fault, whichever it is told. */
export const CLIENT_ERROR: Expected = {
  status: [400, 404, 406, 413, 415],
  also: (seen) => {
    expect(typeOf(seen)).toBe('application/problem+json');
    expect(jsonOf<{ status: number }>(seen).status).toBe(seen.status);
  },
};
