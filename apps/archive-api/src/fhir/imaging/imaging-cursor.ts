import type { SearchPosition } from '#index/search-position';
import { type CursorScope, openText, sealText } from '../../search/cursor.js';
import { malformed } from '../query-of.js';

/** The parameters of a search, as they were given. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** The same as a query string. */
export const queryText = (pairs: Pairs): string =>
  new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();

/** Where the next page goes on: the search and the place in it. */
export type ImagingCursor = Readonly<{ pairs: Pairs; position: SearchPosition }>;

export const CURSOR_PARAMETER = '_after';

type Keys = Pick<CursorScope, 'ids' | 'hospital'>;

/** Both sealed: so the address of a next page names nobody, whichever way the first was asked for. */
export const sealImagingCursor = (keys: Keys, cursor: ImagingCursor): string =>
  sealText({ ...keys, level: 'ImagingStudy' }, JSON.stringify(cursor));

/** The search that the parameters mean: themselves, or what a cursor among them holds. Throws ProblemException for a cursor of others. */
export function openImagingCursor(
  keys: Keys,
  pairs: Pairs,
): Readonly<{ pairs: Pairs; position: SearchPosition | undefined }> {
  const cursor = pairs.find(([name]) => name === CURSOR_PARAMETER)?.[1];
  if (cursor === undefined) return { pairs, position: undefined };
  const text = openText({ ...keys, level: 'ImagingStudy' }, cursor);
  if (text === undefined) throw malformed('_after is not of this server.');
  return JSON.parse(text) as ImagingCursor;
}
