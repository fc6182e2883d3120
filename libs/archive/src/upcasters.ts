import type { Upcasters } from '#events/upcasters';

/** Steps from older schemas of the catalogue's events to today's; none has changed yet. */
export const archiveUpcasters: Upcasters = {};
