/** PostgreSQL classes 08 (connection) and 57P (shutdown, starting up, crash of another backend). */
const CONNECTION_STATE = /^(?:08|57P)/;
const CONNECT_CODES = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'];
/** The client's own words, which have no code. */
const CONNECTION_WORDS =
  /^Connection terminated|^timeout exceeded when trying to connect|^Client has encountered a connection error/;

/** Whether a query failed because there was no database to ask, so that asking again makes sense. */
export function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined) return CONNECTION_WORDS.test(error.message);
  if (CONNECTION_STATE.test(code)) return true;
  return CONNECT_CODES.includes(code) && (syscall === 'connect' || syscall === 'read');
}
