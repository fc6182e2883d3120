import { table } from '../markdown.mjs';

/** What was measured, as tables in Markdown. */
export function tablesOf({ studies, took, rows, upkeep }) {
  const made = Object.entries(took).map(([name, ms]) => `${name} in ${seconds(ms)}`);
  const first = `${studies.toLocaleString('en')} studies; partitioned: ${made.join(', ')}`;
  return [first, statementsTable(rows), upkeepTable(upkeep)].join('\n\n').concat('\n');
}

const sides = ['plain', 'partitioned'];

const statementsTable = (rows) =>
  table(
    [
      'statement',
      ...['buffers', 'ms', 'planning ms'].flatMap((what) =>
        sides.map((side) => `${what}, ${side}`),
      ),
    ],
    rows.map((row) => [
      row.label,
      ...sides.map((side) => row[side].buffers),
      ...sides.map((side) => short(row[side].ms)),
      ...sides.map((side) => short(row[side].planMs)),
    ]),
  );

const upkeepTable = (upkeep) =>
  table(
    [
      'table',
      'plain',
      'partitions',
      'together',
      'the largest',
      'freezing it: plain',
      'the largest partition',
    ],
    upkeep.map(({ label, plain, partitioned }) => [
      label,
      mega(plain.bytes),
      partitioned.parts,
      mega(partitioned.bytes),
      mega(partitioned.largest),
      seconds(plain.vacuumMs),
      seconds(partitioned.vacuumMs),
    ]),
  );

const short = (ms) => ms.toPrecision(2);
const mega = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
