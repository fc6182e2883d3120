import { afterAll, beforeAll } from 'vitest';
import { objectSettings } from '../support/object-store.js';
import { accessSuite } from './access-suite.js';
import { type RunningArchive, startArchive } from './archive.js';
import { careSuite } from './care-suite.js';
import { clientSuite } from './client-suite.js';
import { limitsSuite } from './limits-suite.js';
import { maintenanceSuite } from './maintenance-suite.js';
import { manifestSuite } from './manifest-suite.js';
import { metadataStoreSuite } from './metadata-store-suite.js';
import { quarantineSuite } from './quarantine-suite.js';
import { retrieveSuite } from './retrieve-suite.js';
import { searchSuite } from './search-suite.js';
import { storeSuite } from './store-suite.js';

/* Settling begins soon, so that reading from landing packs, from settled packs and in between is part of every test. */
const SETTLE_QUIET_MS = '1000';

let archive: RunningArchive;

beforeAll(async () => {
  const objects = await objectSettings();
  archive = await startArchive({ ...objects, ARKIM_SETTLE_QUIET_MS: SETTLE_QUIET_MS });
});
afterAll(() => archive.stop());

clientSuite(() => archive);
accessSuite(() => archive);
careSuite(() => archive);
manifestSuite(() => archive);
storeSuite(() => archive);
metadataStoreSuite(() => archive);
searchSuite(() => archive);
retrieveSuite(() => archive);
limitsSuite(() => archive);
quarantineSuite(() => archive);
maintenanceSuite(() => archive);
