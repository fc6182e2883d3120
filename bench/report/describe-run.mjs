import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findOrthanc, orthancNames } from '../servers/orthanc.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** When, where and with what a run was made: everything somebody needs to judge its figures or to repeat them. */
export function describeRun({ options, plan, s3, servers }) {
  const measured = servers.map(({ name }) => name);
  return {
    date: new Date().toISOString(),
    arkim: `${manifest.version} (${commit()})`,
    archive: archiveNote(options, measured, s3),
    orthanc: orthancNote(options, measured),
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0].model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}`,
    seed: options.seed,
    sizes: plan.sizes,
    method: `${options.runs} run(s) of ${plan.runMs} ms per row and server, alternately, after ${plan.warmMs} ms of warm-up; the median run is shown`,
    noiseMax: options.noiseMax,
    quick: options.quick,
  };
}

function archiveNote({ url }, measured, s3) {
  if (!measured.includes('archive')) return 'not measured';
  if (url !== undefined) return `running at ${url}`;
  const objects = s3 === undefined ? 'files flushed before an answer' : `objects in S3: ${s3.note}`;
  return `embedded PostgreSQL with fsync on, ${objects}, tokens and access rules on`;
}

function orthancNote({ servers, orthancPlugins }, measured) {
  if (!servers.some((name) => name.startsWith('orthanc'))) return 'not measured';
  const found = Object.values(orthancNames).filter((name) => measured.includes(name));
  if (found.length === 0) return 'not installed on this machine';
  const { version } = findOrthanc(orthancPlugins);
  return `${version} with its DICOMweb plugin, no authentication; measured as ${found.join(' and ')}: PostgreSQL with fsync on like the archive's; SQLite's commits are not flushed`;
}

function commit() {
  try {
    const args = ['-C', repository, 'rev-parse', '--short', 'HEAD'];
    return execFileSync('git', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch (error) {
    return error.status === undefined ? 'no git here' : 'no commit';
  }
}
