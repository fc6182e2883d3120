import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TITLE = 'JUDGE';
const TRIES_MAX = 50;

/** DCMTK's archive with these files in it; `find` gives the Study Instance UIDs that a C-FIND with these keys matches. */
export type QueryServer = Readonly<{
  find: (keys: readonly string[]) => Promise<readonly string[]>;
  stop: () => Promise<void>;
}>;

export async function queryServer(files: readonly Buffer[]): Promise<QueryServer> {
  const folder = await mkdtemp(join(tmpdir(), 'dcmqrscp-'));
  const port = await freePort();
  await mkdir(join(folder, 'store'));
  await writeFile(join(folder, 'dcmqrscp.cfg'), configuration(port, join(folder, 'store')));
  const server = spawn('dcmqrscp', ['-c', join(folder, 'dcmqrscp.cfg')], { stdio: 'ignore' });
  const address = ['-aec', TITLE, '127.0.0.1', String(port)];
  await untilReady(() => run('echoscu', address));
  const paths = await Promise.all(
    files.map(async (file, place) => {
      const path = join(folder, `${place}.dcm`);
      await writeFile(path, file);
      return path;
    }),
  );
  await run('storescu', [...address, ...paths]);
  return {
    find: (keys) => find(address, keys),
    stop: () => stop(server, folder),
  };
}

const configuration = (port: number, store: string) => `
NetworkTCPPort = ${port}
MaxPDUSize = 16384
MaxAssociations = 16
HostTable BEGIN
HostTable END
VendorTable BEGIN
VendorTable END
AETable BEGIN
${TITLE} ${store} RW (100, 1024mb) ANY
AETable END
`;

async function find(
  address: readonly string[],
  keys: readonly string[],
): Promise<readonly string[]> {
  const options = ['QueryRetrieveLevel=STUDY', 'StudyInstanceUID', ...keys].flatMap((key) => [
    '-k',
    key,
  ]);
  const { stdout, stderr } = await run('findscu', [
    '-S',
    '--show-responses',
    ...options,
    ...address,
  ]);
  return [...`${stdout}${stderr}`.matchAll(/\(0020,000d\) UI \[([\d.]+)/g)].map(
    ([, uid]) => uid ?? '',
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

async function untilReady(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries === TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function stop(server: ChildProcess, folder: string): Promise<void> {
  const ended = once(server, 'exit');
  server.kill();
  await ended;
  await rm(folder, { recursive: true });
}
