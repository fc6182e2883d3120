const QUERY_CANCELED = '57014';
const LOCK_NOT_AVAILABLE = '55P03';

const hasCode = (error: unknown, code: string) =>
  error instanceof Error && 'code' in error && error.code === code;

/** Whether PostgreSQL ended a statement that took longer than its bound. */
export const isStatementLate = (error: unknown): boolean => hasCode(error, QUERY_CANCELED);

/** Whether a statement waited longer than its bound for a lock that another holds. */
export const isLockLate = (error: unknown): boolean => hasCode(error, LOCK_NOT_AVAILABLE);
