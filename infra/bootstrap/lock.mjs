import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, say } from './clone.mjs';

const FOLDER = join(root, '.build');
const FILE = join(FOLDER, 'lock');
const BEAT_MS = 2000;
/** A holder that hasn't touched the lock for this long is dead or its number was given to another process. */
const SILENT_MS_MAX = 30_000;
const POLL_MS = 200;

/** Does the work while no other start from this clone installs or builds; a killed holder's lock is taken over. */
export async function withLock(work) {
  mkdirSync(FOLDER, { recursive: true });
  for (let waits = 0; !take(); waits++) {
    if (waits === 0) say('another start from this clone installs or builds: waiting for it');
    await sleep(POLL_MS);
  }
  const beat = setInterval(() => utimesSync(FILE, new Date(), new Date()), BEAT_MS);
  const release = () => rmSync(FILE, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

function take() {
  try {
    writeFileSync(FILE, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeIfStale();
    return false;
  }
}

function removeIfStale() {
  const holder = unlessGone(() => readFileSync(FILE, 'utf8'));
  const touchedAtMs = unlessGone(() => statSync(FILE).mtimeMs);
  if (holder === undefined || touchedAtMs === undefined) return;
  if (isRunning(Number(holder)) && Date.now() - touchedAtMs < SILENT_MS_MAX) return;
  const aside = `${FILE}.${process.pid}`;
  unlessGone(() => renameSync(FILE, aside));
  unlessGone(() => rmSync(aside));
}

function isRunning(pid) {
  if (!pid) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function unlessGone(read) {
  try {
    return read();
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
