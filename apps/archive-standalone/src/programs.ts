import type { Program } from '#platform/database-roles';
import type { ArchiveOptions } from './archive-options.js';
import { programFile } from './places.js';
import { withoutLogins } from './program-url.js';
import { type SupervisedProcess, superviseProcess } from './supervised-process.js';

/** The archive's three programs, running. */
export type Programs = Readonly<{
  pids: () => readonly number[];
  /** The API drains while the workers still finish what it waits for; then they drain. */
  stop: () => Promise<void>;
}>;

export type ProgramsOptions = Readonly<{
  archive: ArchiveOptions;
  /** The login of each program (design D17). */
  databaseUrlOf: (program: Program) => string;
  /** Hears of every new process. */
  onStart: () => void;
  /** Hears which program ended how often in a row soon after its start. */
  onCrash: (program: string, inARow: number) => void;
}>;

const WORKERS = ['ingest-worker', 'retention-worker'] as const;

/** Starts the API and the workers. */
export function startPrograms(options: ProgramsOptions): Programs {
  const workers = WORKERS.map((name) => start(name, options));
  const api = start('archive-api', options);
  return {
    pids: () => [api, ...workers].map(({ pid }) => pid()).filter((pid) => pid !== undefined),
    stop: async () => {
      await api.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

function start(name: Program, options: ProgramsOptions): SupervisedProcess {
  const { config, env, log } = options.archive;
  return superviseProcess({
    name,
    file: programFile(name),
    env: {
      ...withoutLogins(env),
      ARKIM_DATA: config.dataFolder,
      ARKIM_POSTGRES_URL: options.databaseUrlOf(name),
      ...loginsBeside(name, config),
    },
    log,
    onStart: options.onStart,
    onCrash: (inARow) => options.onCrash(name, inARow),
  });
}

/** Only the edge searches; all append. */
const loginsBeside = (name: Program, { replicaUrl, kurrentUrl }: ArchiveOptions['config']) => ({
  ARKIM_KURRENTDB_URL: kurrentUrl,
  ...(name === 'archive-api' ? { ARKIM_POSTGRES_REPLICA_URL: replicaUrl } : {}),
});
