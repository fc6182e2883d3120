import { z } from 'zod';
import type { Access, AccessCursor } from '#evidence/access-query';

const cursor = z.tuple([z.iso.datetime(), z.uuid(), z.string().max(64)]);

/** Where a page ended, for its Link; it names nobody, and what stands behind it is decided anew. */
export const sealAccessCursor = ({ recordedAt, record, person }: Access): string =>
  Buffer.from(JSON.stringify([recordedAt, record, person])).toString('base64url');

/** Undefined when it is none of ours. */
export function openAccessCursor(text: string): AccessCursor | undefined {
  try {
    const [recordedAt, record, person] = cursor.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString()),
    );
    return { recordedAt, record, person };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
