/** A message that is to be tried now: the changes behind `after` up to `through`. `attempts`: how often it was tried before. */
export type DueMessage = Readonly<{
  webhook: string;
  organisation: string;
  address: string;
  after: number;
  through: number;
  round: number;
  attempts: number;
  failuresInARow: number;
}>;

/** What becomes of a webhook when a try has failed. `dueMs`: until the next. */
export type NextTry =
  | Readonly<{ kind: 'retry'; dueMs: number }>
  | Readonly<{ kind: 'give-up'; letter: string; halt: boolean }>
  | Readonly<{ kind: 'halt' }>;
