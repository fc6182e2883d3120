import type { StudyAction } from '#archive/access/access-words';

/** What of a study is read, as the access record names it, and what that does to the study. */
export const ACTION_OF_KIND = {
  metadata: 'read-metadata',
  manifest: 'read-metadata',
  instances: 'retrieve',
  frames: 'retrieve',
  rendered: 'retrieve',
  thumbnail: 'retrieve',
  bulkdata: 'retrieve',
  pixeldata: 'retrieve',
  'file-set': 'export',
} as const satisfies Readonly<Record<string, StudyAction>>;

export type ReadKind = keyof typeof ACTION_OF_KIND;
