import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabaseCode } from './archive-code.mjs';
import { hospitalCodes } from './population/study.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const statementMsMax = 3_600_000;
const connections = 4;

/**
 * The archive of the folder with its own PostgreSQL, started with the product's settings; on the first start it is made: schema, keys,
 * hospitals. A server that runs on it already is used and left running. Answers with its `url`, a `pool` of the owner's and the archive's code.
 */
export async function openDatabase({ folder, closing }) {
  const code = await openDatabaseCode();
  mkdirSync(folder, { recursive: true });
  const postgres = join(folder, 'postgres');
  const isRunning = (await code.findEmbeddedPostgres(postgres)) !== undefined;
  const server = await code.startEmbeddedPostgres({ folder: postgres });
  if (!isRunning) await closing.add(() => server.stop());
  const { url } = server;
  const migrationsFolder = join(repository, 'infra/postgres');
  const keys = { ledgerFile: join(folder, 'destroyed.ledger') };
  await code.prepareDatabase({ url, migrationsFolder, dataFolder: folder, keys });
  for (const hospital of hospitalCodes) onboard({ folder, url }, hospital);
  const pool = code.createPool({
    url,
    name: 'arkim size',
    connectionsMax: connections,
    statementMsMax,
  });
  await closing.add(() => pool.end());
  const ids = code.opaqueIds((await code.readSecrets(folder)).lookupKey);
  return { url, pool, ids, code, pid: server.pid };
}

/** A command of arkim beside the database, as arguments of Node.js and options of a child process. */
export const arkimCommand = ({ folder, url }, ...args) => ({
  args: [join(repository, 'dist/apps/archive-cli/src/main.js'), ...args],
  options: {
    cwd: repository,
    env: { ...process.env, ARKIM_DATA: folder, ARKIM_POSTGRES_URL: url },
  },
});

function onboard(archive, hospital) {
  const { args, options } = arkimCommand(archive, 'onboard', hospital);
  execFileSync(process.execPath, args, { ...options, stdio: 'ignore' });
}
