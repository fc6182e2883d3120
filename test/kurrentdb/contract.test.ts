import { afterAll } from 'vitest';
import { eventStoreContract } from '../../libs/events/src/event-store.contract.js';
import { memoryProjection } from '../../libs/events/src/memory-projection.testing.js';
import { closeLogs, openLog } from './server.js';

afterAll(closeLogs);

eventStoreContract(async () => ({ store: openLog(), projection: memoryProjection() }));
