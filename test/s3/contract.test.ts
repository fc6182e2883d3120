import { objectStoreContract } from '../../libs/storage/src/object-store.contract.js';
import { newStore } from './open-store.js';

objectStoreContract('objects in a bucket', () => newStore());
objectStoreContract('objects in a bucket that keeps versions', () => newStore({ versioned: true }));
