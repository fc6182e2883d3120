import type { SealedLog } from './log-head.js';

/** Proves that an event is in the log as the seal has it: `index` in its tree, hashes in hex. */
export type EventInLog = Readonly<{ index: number; path: readonly string[]; seal: SealedLog }>;

/** Proves that the log of the later seal begins with that of the earlier one. */
export type LogGrowth = Readonly<{ from: SealedLog; to: SealedLog; path: readonly string[] }>;
