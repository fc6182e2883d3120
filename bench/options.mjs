import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const helpText = `npm run bench -- [options]

Measures the archive, Orthanc on PostgreSQL and on SQLite when it is installed, and a bare HTTP server as the raw limit of this machine, in one run,
alternately, with the same client, which checks every answer. Prints a table in Markdown; progress goes to stderr.

  --quick            small data, one short run per row: under a minute, for a first look, not for a record
  --rows a,b,…       only rows whose id begins with, or whose group is, one of these (store, search, retrieve, mixed, …)
  --list             print the ids of all rows and end
  --runs n           runs per row, the median is shown (3; quick: 1)
  --seed n           seed of all data (1)
  --json file        all figures, also of single runs, as JSON
  --url u            measure an archive that runs at u instead of starting one; give --token too,
  --token t            and on the same machine, for CPU and memory, --pid n of its first process and --data its folder
  --servers a,b,…    which of archive, orthanc-postgres, orthanc (on SQLite), raw (all)
  --s3               the archive keeps its objects in S3: in the empty bucket that ARKIM_S3_ENDPOINT, _BUCKET, _ACCESS_KEY and _SECRET_KEY
                       name, or, when none is set, in a Ceph that is started for the run with its objects in memory (at most 6 GB)
  --orthanc-plugins d  folder of Orthanc's plugins, if it isn't Debian's
  --noise-max n      cores that other processes may use before a run is discarded (0.25)
  --temp d           where servers keep their data while they are measured (the temp folder); full runs need 30 GB
  --cache d          where generated pixel data is kept between runs (arkim-bench in the temp folder)
  --keep             leave the servers' data and logs behind
  --help             this text
`;

const serverNames = ['archive', 'orthanc-postgres', 'orthanc', 'raw'];
const definitions = {
  quick: { type: 'boolean', default: false },
  rows: { type: 'string', default: '' },
  list: { type: 'boolean', default: false },
  runs: { type: 'string' },
  seed: { type: 'string', default: '1' },
  json: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  pid: { type: 'string' },
  data: { type: 'string' },
  servers: { type: 'string', default: serverNames.join(',') },
  s3: { type: 'boolean', default: false },
  'orthanc-plugins': { type: 'string' },
  'noise-max': { type: 'string', default: '0.25' },
  temp: { type: 'string', default: tmpdir() },
  cache: { type: 'string', default: join(tmpdir(), 'arkim-bench') },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** The options as given, or `{ wrong }` with one line that says what can't be right. */
export function readOptions(args) {
  const parsed = parse(args);
  if (parsed.wrong !== undefined) return parsed;
  const { values } = parsed;
  const numbers = {
    runs: Number(values.runs ?? (values.quick ? 1 : 3)),
    seed: Number(values.seed),
    noiseMax: Number(values['noise-max']),
    pid: values.pid === undefined ? undefined : Number(values.pid),
  };
  const servers = words(values.servers);
  const wrong = wrongIn(numbers, servers) ?? wrongTogether(values);
  if (wrong !== undefined) return { wrong };
  return {
    ...values,
    ...numbers,
    servers,
    rows: words(values.rows),
    orthancPlugins: values['orthanc-plugins'],
  };
}

/** How much data and how long: the sizes of docs/performance.md, or a small share of them. */
export function planOf({ quick }) {
  return quick ? quickPlan : fullPlan;
}

const fullSizes = { ct: 500, mg: 4, small: 2000, frames: 200, coded: 24 };
const fullPlan = {
  sizes: fullSizes,
  runMs: 2_500,
  warmMs: 800,
  limitMs: 1_000,
  quietMs: 20_000,
  page: { limit: 50, offset: 1_500 },
  perRequest: { ct: 50, mg: 1, small: 20, enhanced: 1, j2k: 8, jls: 8 },
  store: {
    ct: 2_000,
    mg: 48,
    small: 8_000,
    background: 3_000,
    whole: { ...fullSizes, enhanced: 1, j2k: 24, jls: 24 },
  },
};
const quickSizes = { ct: 60, mg: 1, small: 200, frames: 40, coded: 4 };
const quickPlan = {
  sizes: quickSizes,
  runMs: 250,
  warmMs: 60,
  limitMs: 200,
  quietMs: 500,
  page: { limit: 50, offset: 100 },
  perRequest: { ct: 20, mg: 1, small: 20, enhanced: 1, j2k: 4, jls: 4 },
  store: {
    ct: 400,
    mg: 4,
    small: 1_000,
    background: 400,
    whole: { ...quickSizes, enhanced: 1, j2k: 4, jls: 4 },
  },
};

function parse(args) {
  try {
    return parseArgs({ args, options: definitions });
  } catch (error) {
    return { wrong: error.message };
  }
}

function wrongIn({ runs, seed, noiseMax, pid }, servers) {
  if (!Number.isInteger(runs) || runs < 1 || runs > 99)
    return '--runs must be a number from 1 to 99';
  if (!Number.isInteger(seed) || seed < 0 || seed > 999_999)
    return '--seed must be a number from 0 to 999999';
  if (!(noiseMax > 0)) return '--noise-max must be above 0';
  if (pid !== undefined && !Number.isInteger(pid)) return '--pid must be a process id';
  const unknown = servers.find((name) => !serverNames.includes(name));
  return unknown === undefined
    ? undefined
    : `--servers: ${unknown} is none of ${serverNames.join(', ')}`;
}

function wrongTogether({ s3, url }) {
  return s3 && url !== undefined
    ? '--s3 and --url: an archive that runs already keeps its objects where it does'
    : undefined;
}

function words(text) {
  return text.split(',').filter((word) => word !== '');
}
