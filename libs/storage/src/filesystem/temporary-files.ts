import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './refusal-of.js';
import { openNew, openNewAhead, type WritableFile } from './writable-file.js';

/** Names tried for a temporary file before giving up; others are taken by processes that died under the same process id. */
const NAMES_TRIED_MAX = 10_000;

/** Read-only from its birth: what is stored is never opened for writing again. */
const FILE_MODE = 0o440;

/** An empty file to be written, under a name that nobody else has. */
export type TemporaryFile = Readonly<{ path: string; file: WritableFile }>;

/** Takes the failure to remove a temporary file: the put isn't changed by it, the next start cleans. */
export type Report = (fault: unknown) => void;

export type TemporaryFiles = Readonly<{
  take: () => Promise<TemporaryFile>;
  /** To be called now and then: lets files go that were opened ahead when none was taken since the last call. */
  rest: () => void;
  /** Lets them go; what is taken goes on. */
  close: () => void;
}>;

type Spares = {
  readonly ready: TemporaryFile[];
  opening: number;
  /** How many are kept ready: as many as were missed since the last rest. */
  wanted: number;
  taken: boolean;
  closed: boolean;
};

/**
 * Temporary files in `folder`, up to `sparesMax` of them opened ahead in another thread: while the file system commits its journal,
 * making a file waits, and with it everything else that a thread does (docs/benchmarks.md).
 */
export function temporaryFiles(folder: string, sparesMax: number, report: Report): TemporaryFiles {
  const nextPath = temporaryPaths(folder);
  const spares: Spares = { ready: [], opening: 0, wanted: 0, taken: false, closed: false };
  const letGo = () => {
    spares.wanted = 0;
    for (const spare of spares.ready.splice(0)) discardOpen(spare, report);
  };
  const openOneAhead = async () => {
    spares.opening += 1;
    const path = nextPath();
    const file = await openNewAhead(path, FILE_MODE).catch(toBeMetAgain);
    spares.opening -= 1;
    if (file === undefined) return;
    if (spares.closed || spares.ready.length >= spares.wanted) discardOpen({ path, file }, report);
    else spares.ready.push({ path, file });
  };

  return {
    take: async () => {
      const spare = spares.ready.shift();
      spares.taken = true;
      if (spare === undefined) spares.wanted = Math.min(spares.wanted + 1, sparesMax);
      for (let count = spares.ready.length + spares.opening; count < spares.wanted; count++)
        void openOneAhead();
      return spare ?? openNow(nextPath);
    },
    rest: () => {
      if (!spares.taken) letGo();
      spares.taken = false;
    },
    close: () => {
      spares.closed = true;
      letGo();
    },
  };
}

/** Removes what is there under the path of a temporary file. */
export function discard(path: string, report: Report): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') report(error);
  }
}

function discardOpen({ path, file }: TemporaryFile, report: Report): void {
  file.close();
  discard(path, report);
}

/** Why a file could not be opened ahead is told to whoever then opens one for itself. */
const toBeMetAgain = (): undefined => undefined;

function openNow(nextPath: () => string): TemporaryFile {
  for (let tried = 1; ; tried++) {
    const path = nextPath();
    try {
      return { path, file: openNew(path, FILE_MODE) };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || tried >= NAMES_TRIED_MAX) throw error;
    }
  }
}

/** Unique within this process; across processes the exclusive open decides. */
function temporaryPaths(folder: string): () => string {
  let count = 0;
  return () => join(folder, `${process.pid}-${count++}`);
}
