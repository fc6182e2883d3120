import { LedgerBroken } from '#events/key-ledger';
import { BackupBroken } from '#events/sealed-frames';
import { OperatorFault } from '#platform/operator-fault';

/** What an operator can put right is told in one line. */
export async function tellFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const line = lineOf(cause);
    throw line === undefined ? cause : new OperatorFault(line, { cause });
  }
}

function lineOf(error: unknown): string | undefined {
  if (error instanceof BackupBroken || error instanceof LedgerBroken) return error.message;
  if (error instanceof Error && 'code' in error && 'path' in error)
    return `${error.path} can't be used: ${error.code}`;
  return undefined;
}
