import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, waitReady } from './child.mjs';
import { freePort } from './free-port.mjs';

const readyMs = 30_000;
const pluginFolders = ['/usr/share/orthanc/plugins', '/usr/local/share/orthanc/plugins'];

/** The version of the installed Orthanc and where its DICOMweb plugin lies; undefined when either is missing. */
export function findOrthanc(pluginFolder) {
  const plugins = [pluginFolder, ...pluginFolders].filter(
    (folder) => folder !== undefined && existsSync(folder),
  );
  const version = orthancVersion();
  const library = plugins.map((folder) => join(folder, 'libOrthancDicomWeb.so')).find(existsSync);
  return version === undefined || library === undefined ? undefined : { version, library };
}

/** Starts Orthanc on an empty folder: SQLite index (its default), no authentication, no DIMSE, no compression. */
export async function startOrthanc({ orthanc, folder, closing }) {
  const home = join(folder, 'orthanc');
  mkdirSync(home, { recursive: true });
  const port = await freePort();
  const config = join(home, 'orthanc.json');
  writeFileSync(config, JSON.stringify(settings({ orthanc, home, port }), undefined, 2));
  const child = startChild({
    command: 'Orthanc',
    args: [config],
    cwd: home,
    env: process.env,
    log: join(folder, 'orthanc.log'),
  });
  await closing.add(child.stop);
  const origin = `http://127.0.0.1:${port}`;
  await waitReady(child, `${origin}/dicom-web/studies?limit=1`, readyMs);
  return {
    name: 'Orthanc',
    origin,
    root: '/dicom-web',
    headers: {},
    pid: child.pid,
  };
}

function settings({ orthanc, home, port }) {
  return {
    Name: 'bench',
    StorageDirectory: join(home, 'storage'),
    IndexDirectory: join(home, 'index'),
    Plugins: [orthanc.library],
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
