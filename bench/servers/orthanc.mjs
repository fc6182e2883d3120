import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlatform } from '../machine/platform.mjs';
import { startChild, waitReady } from './child.mjs';
import { freePort } from './free-port.mjs';

const readyMs = 30_000;
const pluginFolders = ['/usr/share/orthanc/plugins', '/usr/local/share/orthanc/plugins'];

/** Orthanc's name in the tables, by where its index lies. */
export const orthancNames = { sqlite: 'Orthanc + SQLite', postgres: 'Orthanc + PostgreSQL' };

/** The version of the installed Orthanc and where its plugins lie; undefined when it or its DICOMweb plugin is missing. */
export function findOrthanc(pluginFolder) {
  const plugins = [pluginFolder, ...pluginFolders].filter(
    (folder) => folder !== undefined && existsSync(folder),
  );
  const version = orthancVersion();
  const find = (name) => plugins.map((folder) => join(folder, name)).find(existsSync);
  const library = find('libOrthancDicomWeb.so');
  const indexLibrary = find('libOrthancPostgreSQLIndex.so');
  return version === undefined || library === undefined
    ? undefined
    : { version, library, indexLibrary };
}

/**
 * Starts Orthanc on an empty folder: no authentication, no DIMSE, no compression; its index in SQLite, which is its default and whose commits
 * aren't flushed, or in a PostgreSQL like the archive's own.
 */
export async function startOrthanc({ orthanc, index, folder, closing }) {
  const home = join(folder, `orthanc-${index}`);
  mkdirSync(home, { recursive: true });
  const database = index === 'postgres' ? await startDatabase(home, closing) : undefined;
  const port = await freePort();
  const config = join(home, 'orthanc.json');
  writeFileSync(config, JSON.stringify(settings({ orthanc, home, port, database }), undefined, 2));
  const child = startChild({
    command: 'Orthanc',
    args: [config],
    cwd: home,
    env: process.env,
    log: join(folder, `orthanc-${index}.log`),
  });
  await closing.add(child.stop);
  const origin = `http://127.0.0.1:${port}`;
  await waitReady(child, `${origin}/dicom-web/studies?limit=1`, readyMs);
  return {
    name: orthancNames[index],
    origin,
    root: '/dicom-web',
    headers: {},
    pid: child.pid,
    folder: home,
  };
}

async function startDatabase(home, closing) {
  const platform = await openPlatform();
  if (platform === undefined) throw new Error('Arkim is not built: npm run build');
  const server = await platform.startEmbeddedPostgres({ folder: join(home, 'postgres') });
  await closing.add(server.stop);
  return server.url;
}

function settings({ orthanc, home, port, database }) {
  return {
    Name: 'bench',
    StorageDirectory: join(home, 'storage'),
    IndexDirectory: join(home, 'index'),
    Plugins: [orthanc.library, ...(database === undefined ? [] : [orthanc.indexLibrary])],
    HttpPort: port,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomServerEnabled: false,
    HttpCompressionEnabled: false,
    StorageCompression: false,
    StableAge: 1,
    KeepAlive: true,
    TcpNoDelay: true,
    LimitFindResults: 0,
    LimitFindInstances: 0,
    SaveJobs: false,
    PostgreSQL: {
      EnableIndex: database !== undefined,
      EnableStorage: false,
      ConnectionUri: database,
      IndexConnectionsCount: 8,
    },
    DicomWeb: {
      Enable: true,
      Root: '/dicom-web/',
      StudiesMetadata: 'Full',
      SeriesMetadata: 'Full',
    },
  };
}

function orthancVersion() {
  try {
    return execFileSync('Orthanc', ['--version'], { encoding: 'utf8' }).split('\n', 1)[0].trim();
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
