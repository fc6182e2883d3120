import type { ArchiveOptions } from '../archive-options.js';

/** What the demonstration needs of a start; `signal` ends it. */
export type DemoOptions = ArchiveOptions & Readonly<{ databaseUrl: string; signal: AbortSignal }>;
