import { fileURLToPath } from 'node:url';

/* This file is dist/apps/archive-standalone/src/places.js: the other programs stand beside it, the clone is above. */
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The built program of an app. */
export const programFile = (app: string) => at(`../../${app}/src/main.js`);

/** The clone that this was built in: migrations and samples aren't built. */
export const cloneFolder = at('../../../..');
export const migrationsFolder = at('../../../../infra/postgres');
export const samplesFolder = at('../../../../infra/samples');
