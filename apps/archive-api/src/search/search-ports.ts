import type { ReadExtract } from '#index/extract-reader';
import type { Findable } from '#index/findable';

export const SEARCH = Symbol('Search');

/** What searching reads. */
export type SearchPorts = Readonly<{ findable: Findable; readExtract: ReadExtract }>;

/** Results, ready: JSON objects as text. `more`: there are further ones. `incomplete`: not all places could be looked at. */
export type Found = Readonly<{ rows: readonly string[]; more: boolean; incomplete: boolean }>;
