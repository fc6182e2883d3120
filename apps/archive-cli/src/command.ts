/** Where a command's answer and its progress go: standard output belongs to the answer. */
export type Terminal = Readonly<{
  answer: (line: string) => void;
  progress: (line: string) => void;
}>;

/** One verb of `arkim`. */
export type Command = Readonly<{
  /** One line for the list of commands. */
  summary: string;
  /** What `--help` prints. */
  help: string;
  /** Does the work and resolves to the exit code: 0 for good. Throws UsageFault for wrong arguments. */
  run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}>;

/** The arguments make no sense; the message says which. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}
