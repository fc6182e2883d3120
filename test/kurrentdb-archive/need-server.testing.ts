/** Throws without a server: the suite fails then, it never skips. */
export function setup(): void {
  if (!process.env['ARKIM_KURRENTDB_URL'])
    throw new Error('KurrentDB: did not run: ARKIM_KURRENTDB_URL is not set');
}
