import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const helpText = `npm run size -- [options]

Fills the index of an archive of its own with a population of studies, through the code of the ingest worker: facts in the log with sealed
parts, keys, reservations, findable rows, places. No pixel data, no HTTP, no landing packs. Stops at each of the stages, measures bytes and
searches there, checks every answer against what it knows of the population, and prints tables in Markdown; progress goes to stderr.

  --stages a,b,…     studies to stop at and measure (10000)
  --folder d         the archive's data folder (arkim-size in the temp folder); what is there is gone on with
  --resume           go on with what is in the folder: the same seed and mix
  --full n           studies that have all their instances, 113 on average (10000)
  --thin n           of the studies behind those one of so many instances is made, at least one of each series (1: all)
  --sample n         of every so many studies the header extracts are written (1000)
  --seed n           seed of the population (1)
  --workers n        processes that fill (2)
  --queries n        searches of each kind at each stage (200)
  --free-gb n        stops when the disk has less than this (25)
  --no-fill          measure what is there, fill nothing
  --rebuild          also rebuild at each stage: reservations, and with --sample 1 the findable projection
  --partitions n     copy the first n studies, partition the copy, run the same statements on both, do nothing else
  --report           print the tables of the stages that were measured, do nothing else
  --explain          also print the plan of one statement of each kind of search, with its buffers
  --help             this text
`;

const definitions = {
  stages: { type: 'string', default: '10000' },
  folder: { type: 'string', default: join(tmpdir(), 'arkim-size') },
  resume: { type: 'boolean', default: false },
  full: { type: 'string', default: '10000' },
  thin: { type: 'string', default: '1' },
  sample: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  workers: { type: 'string', default: '2' },
  queries: { type: 'string', default: '200' },
  'free-gb': { type: 'string', default: '25' },
  'no-fill': { type: 'boolean', default: false },
  partitions: { type: 'string', default: '0' },
  rebuild: { type: 'boolean', default: false },
  report: { type: 'boolean', default: false },
  explain: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

const studiesMax = 10_000_000;
const bounds = {
  full: [0, studiesMax],
  thin: [1, 1000],
  sample: [1, studiesMax],
  seed: [0, 999_999],
  workers: [1, 16],
  queries: [1, 100_000],
  partitions: [0, studiesMax],
  'free-gb': [1, 100_000],
};

/** The options as given, or `{ wrong }` with one line that says what can't be right. */
export function readOptions(args) {
  const parsed = parse(args);
  if (parsed.wrong !== undefined) return parsed;
  const { values } = parsed;
  const stages = values.stages.split(',').map(Number);
  const isRising = stages.every((stage, at) => stage > (stages[at - 1] ?? 0));
  if (!stages.every(Number.isInteger) || !isRising || stages.at(-1) > studiesMax)
    return { wrong: `--stages must be rising numbers up to ${studiesMax}` };
  const numbers = Object.fromEntries(
    Object.keys(bounds).map((name) => [name, Number(values[name])]),
  );
  for (const [name, [least, most]] of Object.entries(bounds))
    if (!Number.isInteger(numbers[name]) || numbers[name] < least || numbers[name] > most)
      return { wrong: `--${name} must be a number from ${least} to ${most}` };
  const { full, thin, sample, seed, workers, queries, partitions } = numbers;
  return {
    ...values,
    stages,
    workers,
    queries,
    partitions,
    fill: !values['no-fill'],
    freeBytesMin: numbers['free-gb'] * 1e9,
    plan: { seed, full, thin, sample },
  };
}

function parse(args) {
  try {
    return parseArgs({ args, options: definitions });
  } catch (error) {
    return { wrong: error.message };
  }
}
