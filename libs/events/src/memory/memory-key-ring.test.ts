import { randomBytes } from 'node:crypto';
import { keyRingContract } from '../key-ring.contract.js';
import { memoryKeyRing } from './memory-key-ring.js';

keyRingContract(async () => memoryKeyRing(randomBytes));
