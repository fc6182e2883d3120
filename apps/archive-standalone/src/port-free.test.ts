import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { refuseTakenPort } from './port-free.js';

test('a free port is left free', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(refuseTakenPort('127.0.0.1', port)).rejects.toThrow(
    `port ${port} on 127.0.0.1 is in use: set PORT or ARKIM_HOST`,
  );
  server.close();
  await once(server, 'close');
  await refuseTakenPort('127.0.0.1', port);
  await refuseTakenPort('127.0.0.1', port);
});
test('an address of another machine is told', async () =>
  expect(refuseTakenPort('192.0.2.1', 8080)).rejects.toThrow(
    '192.0.2.1 is not an address of this machine',
  ));
