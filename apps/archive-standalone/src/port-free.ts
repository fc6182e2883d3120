import { once } from 'node:events';
import { createServer } from 'node:net';
import { OperatorFault } from '#platform/operator-fault';

/** Refuses, in one line, an address that the API couldn't listen on. */
export async function refuseTakenPort(host: string, port: number): Promise<void> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new OperatorFault(`${reasonOf(error, host, port)}: set PORT or ARKIM_HOST`, {
      cause: error,
    });
  }
  server.close();
  await once(server, 'close');
}

function reasonOf(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is in use`;
  if (code === 'EACCES') return `port ${port} needs rights that this user hasn't got`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is not an address of this machine`;
  return `can't listen on port ${port} of ${host} (${String(code)})`;
}
