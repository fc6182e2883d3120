import { fileURLToPath } from 'node:url';

/* This file is dist/apps/archive-standalone/src/places.js: the other programs stand beside it, the clone is above. */
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The built program of an app. */
export const programFile = (app: string) => at(`../../${app}/src/main.js`);

/** Migrations and samples aren't built: they lie in the clone. */
export const migrationsFolder = at('../../../../infra/postgres');
export const samplesFolder = at('../../../../infra/samples');
