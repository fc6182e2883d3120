import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Header, readHeader } from '#dicom/read-header';
import { planPart10 } from '#dicom/write-part10';
import { SAMPLES } from '../support/judges/files.js';
import { sourceOfFile } from './source-of-file.js';

/** A file, and what our writer made of its metadata and bulk data; `refused` names why it can't be written. */
export type Rewritten = Readonly<{ header: Header; bytes: Buffer }> &
  (Readonly<{ refused: string }> | Readonly<{ written: Buffer; again: Header }>);

export const readBuffer = (bytes: Buffer) =>
  readHeader({ length: bytes.length, read: async (from, end) => bytes.subarray(from, end) });

/** Undefined for what is no DICOM file to begin with. */
export async function rewrite(file: string): Promise<Rewritten | undefined> {
  const bytes = readFileSync(join(SAMPLES, file));
  const read = await readBuffer(bytes);
  if (!read.ok) return undefined;
  const { header } = read;
  const planned = planPart10(sourceOfFile(header, bytes));
  if (!planned.ok) {
    const { reason, path } = planned.fault;
    return { header, bytes, refused: `${reason} ${path}` };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of planned.part10.open()) chunks.push(chunk);
  const written = Buffer.concat(chunks);
  if (written.length !== planned.part10.bytes) throw new Error('a plan tells another length');
  const again = await readBuffer(written);
  if (!again.ok) return { header, bytes, refused: `unreadable: ${again.error.reason}` };
  return { header, bytes, written, again: again.header };
}
