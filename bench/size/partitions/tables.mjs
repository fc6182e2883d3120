import { table } from '../markdown.mjs';

/** What was measured, as tables in Markdown. */
export function tablesOf({ studies, took, rows, upkeep }) {
  return [
    `${studies.toLocaleString('en')} studies; made in ${Object.entries(took)
      .map(([name, ms]) => `${name} ${seconds(ms)}`)
      .join(', ')}`,
    table(
      [
        'statement',
        'buffers: plain',
        'partitioned',
        'execution ms: plain',
        'partitioned',
        'planning ms: plain',
        'partitioned',
      ],
      rows.map(({ label, plain, partitioned }) => [
        label,
        plain.buffers,
        partitioned.buffers,
        short(plain.ms),
        short(partitioned.ms),
        short(plain.planMs),
        short(partitioned.planMs),
      ]),
    ),
    table(
      [
        'table',
        'plain',
        'partitions',
        'all of them',
        'the largest',
        'freeze: plain',
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
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

const short = (ms) => ms.toPrecision(2);
const mega = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
