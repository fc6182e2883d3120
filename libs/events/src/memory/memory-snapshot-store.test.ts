import { snapshotStoreContract } from '../snapshot-store.contract.js';
import { memorySnapshotStore } from './memory-snapshot-store.js';

snapshotStoreContract(async () => memorySnapshotStore());
