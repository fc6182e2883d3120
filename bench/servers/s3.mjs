import { registerHooks } from 'node:module';
import { listProcesses } from '../machine/processes.mjs';

const needed = ['ENDPOINT', 'BUCKET', 'ACCESS_KEY', 'SECRET_KEY'].map((word) => `ARKIM_S3_${word}`);
const daemons = /^(radosgw|ceph-)/;

/**
 * The settings by which the measured archive keeps its objects in S3, and a line about the server: what the environment names, whose
 * bucket must be empty, else a Ceph with its objects in memory, started for this run.
 */
export async function openS3({ env, say, closing }) {
  const given = Object.entries(env).filter(([name, value]) => isOfS3(name) && value);
  return given.length > 0 ? givenS3(Object.fromEntries(given)) : startCeph(say, closing);
}

/** The environment without its S3: an archive that is measured on files stays there. */
export const withoutS3 = (env) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !isOfS3(name)));

/** The processes of the Ceph that this process has started. */
export const pidsOfCeph = () =>
  listProcesses()
    .filter(({ parent, name }) => parent === process.pid && daemons.test(name))
    .map(({ pid }) => pid);

const isOfS3 = (name) => name.startsWith('ARKIM_S3_');

function givenS3(settings) {
  const missing = needed.filter((name) => !settings[name] && !settings[`${name}_FILE`]);
  if (missing.length > 0) throw new Error(`--s3: ${missing.join(', ')} not set`);
  return { settings, note: `a bucket at ${settings.ARKIM_S3_ENDPOINT}` };
}

async function startCeph(say, closing) {
  say('starting a Ceph for the objects: no ARKIM_S3_ENDPOINT is set');
  const { startCephRgw } = await importTypeScript('../../test/support/ceph-rgw.ts');
  const ceph = await startCephRgw();
  await closing.add(ceph.stop);
  const bucket = 'arkim-bench';
  await ceph.makeBucket(bucket);
  const [endpoint, accessKey, secretKey] = [ceph.endpoint, ceph.accessKey, ceph.secretKey];
  const values = [endpoint, bucket, accessKey, secretKey];
  const settings = Object.fromEntries(needed.map((name, index) => [name, values[index]]));
  return { settings, note: `${ceph.version} on this machine, its objects in memory` };
}

/** The suites' launcher: Node takes the types away, this finds the `.ts` beside what an import calls `.js`. */
function importTypeScript(file) {
  registerHooks({
    resolve: (specifier, context, next) =>
      next(
        /^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')
          ? specifier.replace(/js$/, 'ts')
          : specifier,
        context,
      ),
  });
  return import(file);
}
