import type { Config } from '#platform/config';
import type { Log } from '#platform/log';

/** What every part of a start is given. */
export type ArchiveOptions = Readonly<{
  config: Config;
  /** What the programs of the archive inherit. */
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  /** Tells the operator a line. */
  say: (text: string) => void;
}>;
