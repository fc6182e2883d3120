import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseRunAs } from '#platform/embedded/run-as';
import { askAs, type ExternalServer, LOGINS, PASSWORD } from './external-server.js';

const PROGRAM = '/usr/sbin/pgbouncer';
const PORT = 6432;
const POLLS_MAX = 200;
const POLL_MS = 50;

/** Debian's pgbouncer in front of the server, with its own settings left as they are but for who logs in and how sessions are lent. */
export async function startPooler(server: ExternalServer, mode: 'session' | 'transaction') {
  if (!existsSync(PROGRAM)) throw new Error(`there is no ${PROGRAM}: install Debian's pgbouncer`);
  const folder = join(server.folder, `pooler-${mode}`);
  await mkdir(folder);
  const at = (name: string) => join(folder, name);
  await writeFile(at('users.txt'), LOGINS.map((login) => `"${login}" "${PASSWORD}"\n`).join(''));
  await writeFile(at('pgbouncer.ini'), configuration(server, mode, at('users.txt')));
  const runAs = await chooseRunAs(PROGRAM);
  if (runAs.owner) {
    for (const name of ['users.txt', 'pgbouncer.ini'])
      await chown(at(name), runAs.owner.uid, runAs.owner.gid);
    await chmod(server.folder, 0o711);
  }
  const [command, args] = runAs.command(PROGRAM, [at('pgbouncer.ini')]);
  const start = () => spawn(command, args, { ...runAs.owner, cwd: folder, stdio: 'ignore' });
  let pooler = start();
  const url = (login: (typeof LOGINS)[number]) =>
    server.urlOf(login).replace(':5432/', `:${PORT}/`);
  await untilAnswers(url('arkim_api'));
  return {
    /** As ARKIM_POSTGRES_POOLER_URL has it. */
    address: `postgresql://${server.host}:${PORT}`,
    urlOf: url,
    restart: async () => {
      pooler.kill('SIGKILL');
      pooler = start();
      await untilAnswers(url('arkim_api'));
    },
    stop: () => {
      pooler.kill('SIGKILL');
    },
  };
}

const configuration = ({ host }: ExternalServer, mode: string, users: string) => `[databases]
* = host=${host} port=5432
[pgbouncer]
listen_addr = ${host}
listen_port = ${PORT}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = ${mode === 'session' ? 30 : 4}
max_client_conn = 200
`;

async function untilAnswers(url: string): Promise<void> {
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    const isUp = await askAs(url, 'select 1').then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await delay(POLL_MS);
  }
  throw new Error('pgbouncer does not answer');
}
