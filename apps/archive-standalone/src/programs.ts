import type { ArchiveOptions } from './archive-options.js';
import { programFile } from './places.js';
import { type SupervisedProcess, superviseProcess } from './supervised-process.js';

/** The archive's three programs, running. */
export type Programs = Readonly<{
  pids: () => readonly number[];
  /** The API drains while the workers still finish what it waits for; then they drain. */
  stop: () => Promise<void>;
}>;

export type ProgramsOptions = Readonly<{
  archive: ArchiveOptions;
  databaseUrl: string;
  /** Hears of every new process. */
  onStart: () => void;
  /** Hears which program ended how often in a row soon after its start. */
  onCrash: (program: string, inARow: number) => void;
}>;

/** Starts the API and the workers. */
export function startPrograms(options: ProgramsOptions): Programs {
  const workers = ['ingest-worker', 'retention-worker'].map((name) => start(name, options));
  const api = start('archive-api', options);
  return {
    pids: () => [api, ...workers].map(({ pid }) => pid()).filter((pid) => pid !== undefined),
    stop: async () => {
      await api.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
    },
  };
}

function start(name: string, options: ProgramsOptions): SupervisedProcess {
  const { config, env, log } = options.archive;
  return superviseProcess({
    name,
    file: programFile(name),
    env: {
      ...env,
      ARKIM_DATA: config.dataFolder,
      ARKIM_POSTGRES_URL: options.databaseUrl,
    },
    log,
    onStart: options.onStart,
    onCrash: (inARow) => options.onCrash(name, inARow),
  });
}
