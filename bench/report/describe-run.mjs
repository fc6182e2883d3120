import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findOrthanc } from '../servers/orthanc.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** When, where and with what a run was made: everything somebody needs to judge its figures or to repeat them. */
export function describeRun({ options, plan, servers }) {
  const measured = servers.map(({ name }) => name);
  const orthanc = measured.includes('Orthanc')
    ? findOrthanc(options.orthancPlugins)?.version
    : undefined;
  return {
    date: new Date().toISOString(),
    arkim: `${manifest.version} (${commit()})`,
    archive: archiveNote(options, measured),
    orthanc: orthancNote(options, orthanc),
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0].model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}`,
    seed: options.seed,
    sizes: plan.sizes,
    method: `${options.runs} run(s) of ${plan.runMs} ms per row and server, alternately, after ${plan.warmMs} ms of warm-up; the median run is shown`,
    noiseMax: options.noiseMax,
    quick: options.quick,
  };
}

function archiveNote({ url }, measured) {
  if (!measured.includes('archive')) return 'not measured';
  if (url !== undefined) return `running at ${url}`;
  return 'embedded PostgreSQL with fsync on, files flushed before an answer, tokens and access rules on';
}

function orthancNote({ servers }, version) {
  if (!servers.includes('orthanc')) return 'not measured';
  if (version === undefined) return 'not installed on this machine';
  return `${version} with its DICOMweb plugin, SQLite (its commits are not flushed), no authentication`;
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
