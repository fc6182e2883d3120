import { fileURLToPath } from 'node:url';
import type { Config } from '#platform/config';
import { openDemoIssuer } from '#platform/demo-issuer';
import type { FirstLook } from './first-look.js';

/* This file is dist/apps/archive-api/src/first-look/open-first-look.js: the clone is above. */
const inClone = (path: string) => fileURLToPath(new URL(`../../../../../${path}`, import.meta.url));

/** The viewer as `npm run viewer` put it into the clone and, in a demonstration, who signs newcomers in. */
export const openFirstLook = async ({ demo, dataFolder }: Config): Promise<FirstLook> => ({
  viewerFolder: inClone('.build/viewer'),
  pagesFolder: inClone('infra/viewer'),
  issuer: demo ? await openDemoIssuer(dataFolder) : undefined,
});
