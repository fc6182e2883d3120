import { table } from './markdown.mjs';

/** The tables of all stages that were measured, in Markdown. */
export function reportOf(state) {
  if (state === undefined) return 'nothing was measured in this folder\n';
  const stages = Object.entries(state.stages).map(([studies, stage]) => ({
    studies: Number(studies),
    ...stage,
  }));
  return [
    `Population: ${JSON.stringify(state.plan)}`,
    contents(stages),
    bytesTable(stages),
    indexTable(stages.at(-1)),
    rateTable(state),
    searchTable(stages),
    costTable(stages),
    memoryTable(stages),
    rebuildTable(stages),
  ]
    .join('\n\n')
    .concat('\n');
}

const whole = (number) => Math.round(number).toLocaleString('en');
const mega = (bytes) =>
  `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`;
const ms = (number) => (number == null ? '–' : number.toPrecision(3).replace(/\.?0+e/, 'e'));

const contents = (stages) =>
  table(
    ['studies', 'series', 'instances', 'database'],
    stages.map(({ counts }) => [
      whole(counts.studies),
      whole(counts.series),
      whole(counts.instances),
      mega(counts.database),
    ]),
  );

const bytesOf = ({ heap, toast, indexes }) =>
  heap + toast + indexes.reduce((sum, { bytes }) => sum + bytes, 0);

const bytesTable = (stages) =>
  table(
    [
      'table',
      ...stages.flatMap(({ studies }) => [`${whole(studies)}: bytes`, 'per study', 'per instance']),
    ],
    [...stages[0].sizes.map(({ name }) => name), 'all'].map((name) => [
      name,
      ...stages.flatMap(({ sizes, counts }) => {
        const own = name === 'all' ? sizes : sizes.filter((size) => size.name === name);
        const bytes = own.reduce((sum, size) => sum + bytesOf(size), 0);
        return [mega(bytes), whole(bytes / counts.studies), whole(bytes / counts.instances)];
      }),
    ]),
  );

const indexTable = ({ sizes }) =>
  table(
    ['table', 'rows', 'heap, a row', 'long values, a row', 'indexes, a row'],
    sizes.map(({ name, rows, heap, toast, indexes }) => [
      name,
      whole(rows),
      whole(heap / rows),
      whole(toast / rows),
      indexes
        .map(({ on, bytes }) => `${on.replaceAll('|', '\\|')}: ${whole(bytes / rows)}`)
        .join('; '),
    ]),
  );

/** Ten parts of equal numbers of studies. */
function rateTable({ samples, plan }) {
  const total = samples.reduce((sum, { studies }) => sum + studies, 0);
  const parts = Array.from({ length: 10 }, () => ({
    studies: 0,
    instances: 0,
    ms: 0,
    cpuMs: 0,
    postgresMs: 0,
  }));
  let made = 0;
  for (const sample of samples) {
    const part = parts[Math.min(9, Math.floor((made * 10) / total))];
    for (const name of Object.keys(part)) part[name] += sample[name];
    made += sample.studies;
  }
  return table(
    [
      `part of the fill (the first ${whole(plan.full)} whole)`,
      'studies',
      'instances',
      'studies/s',
      'instances/s',
      'worker CPU ms per study',
      'PostgreSQL CPU ms per study',
    ],
    parts
      .filter(({ studies }) => studies > 0)
      .map((part, at) => [
        `${at * 10}–${at * 10 + 10} %`,
        whole(part.studies),
        whole(part.instances),
        whole((part.studies * 1000) / part.ms),
        whole((part.instances * 1000) / part.ms),
        ms(part.cpuMs / part.studies),
        ms(part.postgresMs / part.studies),
      ]),
  );
}

const searchTable = (stages) =>
  table(
    [
      'search',
      ...stages.map(({ studies }) => `${whole(studies)}: p50 / p95 / p99 ms`),
      'last : first',
      'wrong',
    ],
    stages[0].rows.map(({ label }) => {
      const rows = stages.map((stage) => stage.rows.find((row) => row.label === label));
      return [
        label,
        ...rows.map(({ p50, p95, p99 }) => `${ms(p50)} / ${ms(p95)} / ${ms(p99)}`),
        `${(rows.at(-1).p50 / rows[0].p50).toFixed(1)}×`,
        rows.reduce((sum, { wrong }) => sum + wrong, 0),
      ];
    }),
  );

const costTable = (stages) =>
  table(
    [
      'search',
      ...stages.flatMap(({ studies }) => [
        `${whole(studies)}: buffers`,
        'CPU ms edge + PostgreSQL',
        'matches',
      ]),
    ],
    stages[0].rows.map(({ label }) => [
      label,
      ...stages.flatMap((stage) => {
        const row = stage.rows.find((one) => one.label === label);
        return [
          whole(row.buffers),
          `${ms(row.apiMs)} + ${ms(row.postgresMs)}`,
          row.matches == null ? '–' : whole(row.matches),
        ];
      }),
    ]),
  );

const memoryTable = (stages) =>
  table(
    ['studies', 'edge, highest', 'PostgreSQL'],
    stages.map(({ studies, memory }) => [whole(studies), mega(memory.api), mega(memory.postgres)]),
  );

const rebuildTable = (stages) =>
  table(
    [
      'studies',
      'rebuilt',
      'time',
      'CPU of the command',
      'CPU of PostgreSQL',
      'memory of the command',
      'it says',
    ],
    stages.flatMap(({ studies, rebuilds = [] }) =>
      rebuilds.map((rebuild) => [
        whole(studies),
        rebuild.name,
        ...[rebuild.ms, rebuild.cpuMs, rebuild.postgresMs].map(
          (time) => `${(time / 1000).toFixed(0)} s`,
        ),
        mega(rebuild.peak),
        rebuild.told,
      ]),
    ),
  );
