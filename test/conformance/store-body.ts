import type { Asking } from './face.js';

/** A part of a multipart body: its header lines, and its bytes. */
export type SentPart = Readonly<{ lines: readonly string[]; body: Uint8Array }>;

/** How a multipart body is written, where it is written in another way than most do. */
export type Manner = Readonly<{
  boundary?: string;
  /** The Content-Type field, when it isn't the usual one for this boundary. */
  contentType?: string;
  type?: string;
  preamble?: string;
  epilogue?: string;
  /** White space after a boundary, which RFC 2046 §5.1.1 lets a transport add. */
  padding?: string;
  end?: string;
}>;

/** A part that holds a Part 10 file. */
export const dicomPart = (body: Uint8Array): SentPart => ({
  lines: ['Content-Type: application/dicom'],
  body,
});

/** The bytes of a multipart body (RFC 2046 §5.1.1). */
export function bodyOf(parts: readonly SentPart[], manner: Manner = {}): Buffer<ArrayBuffer> {
  const { boundary = 'conformance', preamble = '', epilogue = '', padding = '' } = manner;
  const pieces = parts.flatMap(({ lines, body }) => [
    Buffer.from(
      `\r\n--${boundary}${padding}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`,
    ),
    body,
  ]);
  const end = manner.end ?? `\r\n--${boundary}--${padding}\r\n`;
  return Buffer.concat([Buffer.from(preamble), ...pieces, Buffer.from(end + epilogue)]);
}

/** The Content-Type of such a body. */
export const contentTypeOf = ({
  boundary = 'conformance',
  type = 'application/dicom',
  contentType,
}: Manner = {}): string =>
  contentType ?? `multipart/related; type="${type}"; boundary="${boundary}"`;

/** A store of these parts, written in this manner. */
export const storing = (
  parts: readonly SentPart[],
  manner: Manner = {},
  path = '/studies',
): Asking => ({
  path,
  method: 'POST',
  headers: { 'content-type': contentTypeOf(manner) },
  body: bodyOf(parts, manner),
});
