import type { Program } from '#platform/database-roles';
import type { ArchiveOptions } from './archive-options.js';
import { programFile } from './places.js';
import { withoutLogins } from './program-url.js';
import { type SupervisedProcess, superviseProcess } from './supervised-process.js';

/** The archive's programs, running. */
export type Programs = Readonly<{
  /** The first edge, the workers, the other edges. */
  pids: () => readonly number[];
  /** Resolves when every edge has listened. */
  listening: Promise<void>;
  /** The edges drain while the workers still finish what they wait for; then they drain. */
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

/** Starts the edges and the workers. */
export function startPrograms(options: ProgramsOptions): Programs {
  const workers = WORKERS.map((name) => start(name, options));
  const edges = Array.from({ length: options.archive.config.edges }, (_, at) =>
    startEdge(options, at + 1),
  );
  const all = [...edges.slice(0, 1), ...workers, ...edges.slice(1)].map(({ program }) => program);
  return {
    pids: () => all.map(({ pid }) => pid()).filter((pid) => pid !== undefined),
    listening: Promise.all(edges.map(({ listens }) => listens)).then(() => undefined),
    stop: async () => {
      await Promise.all(edges.map(({ program }) => program.stop()));
      await Promise.all(workers.map(({ program }) => program.stop()));
    },
  };
}

type Started = Readonly<{ program: SupervisedProcess; listens: Promise<void> }>;

/** An only edge has no number: its figures are the archive's. */
const startEdge = (options: ProgramsOptions, number: number): Started =>
  start(
    'archive-api',
    options,
    options.archive.config.edges > 1 ? { ARKIM_EDGE: String(number) } : {},
  );

function start(name: Program, options: ProgramsOptions, own: ArchiveOptions['env'] = {}): Started {
  const { config, env, log } = options.archive;
  const listens = Promise.withResolvers<void>();
  const program = superviseProcess({
    name,
    file: programFile(name),
    env: {
      ...withoutLogins(env),
      ARKIM_DATA: config.dataFolder,
      ARKIM_POSTGRES_URL: options.databaseUrlOf(name),
      ...loginsBeside(name, config),
      ARKIM_EDGE: undefined,
      ...own,
    },
    log,
    onStart: options.onStart,
    onCrash: (inARow) => options.onCrash(name, inARow),
    onSaid: (message) => {
      if (message === 'listening') listens.resolve();
    },
  });
  return { program, listens: listens.promise };
}

/** Only the edge searches; all append. */
const loginsBeside = (name: Program, { replicaUrl, kurrentUrl }: ArchiveOptions['config']) => ({
  ARKIM_KURRENTDB_URL: kurrentUrl,
  ...(name === 'archive-api' ? { ARKIM_POSTGRES_REPLICA_URL: replicaUrl } : {}),
});
