import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { root, Stop } from '../clone.mjs';
import { readMarker } from '../digest.mjs';
import { runNpm } from '../npm.mjs';
import { adapt, MARK, placeOf, VIEWER } from './pin.mjs';
import { tarFiles } from './tar.mjs';

const BUILD = join(root, '.build');
/** Where the viewer lies: once for all archives that run from this clone. */
export const VIEWER_FOLDER = join(BUILD, 'viewer');
const MARKER = '.fetched';
const BEGUN = 'viewer-';
/** A folder that nobody has touched for this long was left behind by a fetch that was killed. */
const BEGUN_MS_MAX = 3_600_000;

/** Whether the viewer of this version lies there, whole. */
export const isFetched = () => readMarker(join(VIEWER_FOLDER, MARKER)) === MARK;

/** Brings the viewer from the registry that npm is set to; another fetch at the same time does no harm. Throws Stop. */
export async function fetchViewer() {
  mkdirSync(BUILD, { recursive: true });
  removeLeftovers();
  const begun = mkdtempSync(join(BUILD, BEGUN));
  try {
    const packed = await pack(begun);
    const files = join(begun, 'files');
    await unpack(packed, files);
    writeFileSync(join(files, MARKER), MARK);
    moveIntoPlace(files, begun);
  } finally {
    rmSync(begun, { recursive: true, force: true });
  }
}

function removeLeftovers() {
  for (const name of readdirSync(BUILD).filter((entry) => entry.startsWith(BEGUN))) {
    const folder = join(BUILD, name);
    const state = statSync(folder, { throwIfNoEntry: false });
    if (state !== undefined && Date.now() - state.mtimeMs > BEGUN_MS_MAX)
      rmSync(folder, { recursive: true, force: true });
  }
}

async function pack(folder) {
  const args = ['pack', `${VIEWER.package}@${VIEWER.version}`, '--pack-destination', folder];
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-progress', '--loglevel=error'];
  const code = await runNpm([...args, ...quiet], { cwd: root, stdio: 'ignore' }).catch((error) => {
    throw new Stop(`npm can't be run (${error.code})`);
  });
  const name = readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
  if (code !== 0 || name === undefined) throw new Stop('the package registry does not give it');
  const hash = createHash('sha512');
  await pipeline(createReadStream(join(folder, name)), hash);
  if (hash.digest('base64') !== VIEWER.sha512) throw new Stop('what came is not what was pinned');
  return join(folder, name);
}

async function unpack(packed, folder) {
  const isWanted = (name) => placeOf(name) !== undefined;
  await pipeline(createReadStream(packed), createGunzip(), async (bytes) => {
    for await (const { name, content } of tarFiles(bytes, isWanted)) {
      const place = placeOf(name);
      const file = join(folder, place);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, adapt(place, content));
    }
  });
}

/* What lies there already is of another version, or was put there by another fetch a moment ago. */
function moveIntoPlace(files, begun) {
  if (isFetched()) return;
  try {
    renameSync(VIEWER_FOLDER, join(begun, 'old'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  try {
    renameSync(files, VIEWER_FOLDER);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}
