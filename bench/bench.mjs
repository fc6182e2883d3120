import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePixelFiles } from './corpora/pixel-files.mjs';
import { forkProcess } from './machine/forked.mjs';
import { openUsage } from './machine/usage.mjs';
import { planOf } from './options.mjs';
import { attachArchive, startArchive } from './servers/archive.mjs';
import { findOrthanc, orthancNames, startOrthanc } from './servers/orthanc.mjs';
import { startRaw } from './servers/raw.mjs';
import { openS3, pidsOfCeph } from './servers/s3.mjs';

const freeBytesMin = { full: 30e9, quick: 2e9 };

/** Everything a run needs, started: data, servers, load generator, meters. What must be ended is told to `closing`. */
export async function openBench({ options, say, closing }) {
  const plan = planOf(options);
  const folder = makeFolder(options);
  if (!options.keep) await closing.add(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(options.cache, { recursive: true });
  const { cache, seed } = options;
  const pixels = await ensurePixelFiles({ folder: cache, seed, sizes: plan.sizes, say });
  const corpora = { ...pixels, seed, sizes: plan.sizes };
  const s3 = options.s3 ? await openS3({ env: process.env, say, closing }) : undefined;
  const servers = await startServers({ options, folder, corpora, s3, say, closing });
  const client = await startClient(corpora, closing);
  const usage = await meters(servers, client, closing);
  const allot = allotter(plan.sizes);
  return { options, plan, folder, corpora, s3, servers, client, usage, say, allot, discarded: 0 };
}

function makeFolder({ temp, quick }) {
  const { bavail, bsize } = statfsSync(temp);
  const wanted = quick ? freeBytesMin.quick : freeBytesMin.full;
  if (bavail * bsize < wanted)
    throw new Error(`${temp} has less than ${wanted / 1e9} GB free: give another with --temp`);
  return mkdtempSync(join(temp, 'arkim-bench-run-'));
}

async function startServers({ options, folder, corpora, s3, say, closing }) {
  const starters = {
    archive: () =>
      options.url === undefined ? startArchive({ folder, s3, closing }) : attachArchive(options),
    'orthanc-postgres': () =>
      startOrthancIfFound({ index: 'postgres', options, folder, say, closing }),
    orthanc: () => startOrthancIfFound({ index: 'sqlite', options, folder, say, closing }),
    raw: () => startRaw({ folder, corpora, closing }),
  };
  const servers = [];
  for (const name of options.servers) {
    say(`starting ${name}`);
    const server = await starters[name]();
    if (server !== undefined) servers.push(server);
  }
  return servers;
}

async function startOrthancIfFound({ index, options, folder, say, closing }) {
  const orthanc = findOrthanc(options.orthancPlugins);
  const plugin = index === 'postgres' ? orthanc?.indexLibrary : orthanc?.library;
  if (plugin !== undefined) return startOrthanc({ orthanc, index, folder, closing });
  say(`${orthancNames[index]} is not installed with its plugins: its column stays empty`);
  return undefined;
}

async function startClient(corpora, closing) {
  const client = forkProcess(fileURLToPath(new URL('./client/load-process.mjs', import.meta.url)));
  await closing.add(client.stop);
  await client.ask('open', corpora);
  return client;
}

async function meters(servers, client, closing) {
  const measured = servers.filter(({ pid }) => pid !== undefined);
  const usage = openUsage({
    servers: new Map(measured.map(({ name, pid, folder }) => [name, { pid, folder }])),
    own: () => [process.pid, client.pid, ...pidsOfCeph()],
  });
  await closing.add(() => usage.close());
  return usage;
}

/** Hands out copies of a corpus that were never stored before, for `countMax` instances. */
function allotter(sizes) {
  const counts = { enhanced: 1, j2k: sizes.coded, jls: sizes.coded, ...sizes };
  let next = 1;
  return ({ corpus, countMax }) => {
    const copy = next;
    next += Math.ceil(countMax / counts[corpus]);
    return copy;
  };
}
