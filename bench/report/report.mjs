import { orthancNames } from '../servers/orthanc.mjs';
import { cell, limitCell, number, table } from './cells.mjs';
import { figuresOf, ratioOf } from './figures.mjs';
import { memoryText } from './memory.mjs';

/** The printed page, the same as data, and whether any answer was wrong. */
export function report({ run, limits, measured, bench }) {
  const rows = measured.map(({ row, results }) => ({ row, ...figuresByServer(row, results) }));
  const memory = bench.usage.memory();
  const text = [
    headText(run),
    table([
      [
        'what',
        'archive',
        orthancNames.postgres,
        'ratio',
        orthancNames.sqlite,
        'ratio',
        'raw limit',
        'goal',
      ],
      ...rows.map((each) => tableRow(each, limits.lines)),
    ]),
    keyText,
    `\n### CPU of all processes of a server\n\nGoal: a GB of CT stored for 4 s.\n\n${cpuTable(rows)}`,
    `\n### Memory\n\n${memoryText(memory)}`,
    `\n### The machine alone\n\n${table([['what', 'limit'], ...limits.lines.map(limitRow)])}${othersText(limits, run)}`,
    notesText(rows, bench),
  ].join('\n');
  return {
    text,
    json: jsonOf({ run, limits, measured, memory, bench }),
    wrong: rows.some(hasWrong),
  };
}

function figuresByServer(row, results) {
  const of = (name) => figuresOf(row, name, results.get(name) ?? []);
  return {
    archive: of('archive'),
    postgres: of(orthancNames.postgres),
    sqlite: of(orthancNames.sqlite),
    raw: of('raw'),
  };
}

function headText(run) {
  const sizes = `CT ${run.sizes.ct} × 526 KB, MG ${run.sizes.mg} × 31 MB, ${run.sizes.small} small studies of 9 KB, multi-frame of ${run.sizes.frames}, J2K and JPEG-LS ${run.sizes.coded} slices`;
  return [
    `## Bench of ${run.date}${run.quick ? ' (quick: for a first look, not for the record)' : ''}\n`,
    `- Arkim ${run.arkim}, Node ${run.node}; archive: ${run.archive}`,
    `- Orthanc: ${run.orthanc}`,
    `- machine: ${run.machine}; client and servers on it together, over the loopback`,
    `- data: ${sizes}; seed ${run.seed}`,
    `- ${run.method}; a run is discarded when others take more than ${run.noiseMax} cores`,
    '',
  ].join('\n');
}

const keyText = `
Cells: rate · p50/p99 in ms · CPU ms of all the server's processes per instance or answer. Ratio: how many times as fast
the archive is; of a mixed load, its slowest part. Raw limit: a bare node:http server in Orthanc's place, same client: it hashes,
writes and flushes what is stored and sends the same bytes from the page cache or from memory. Every answer is checked: status,
counts, UIDs; every pixel byte is compared with the data generated, whose SHA-256 is known. ᶜ the client was the limit
(its thread ≥ 90 % busy) · ~ noisy in five attempts · ✗n so many wrong answers.
`;

function tableRow({ row, archive, postgres, sqlite, raw }, limits) {
  const shown = (peer) => {
    const ratio = ratioOf(row, archive, peer);
    return ratio === undefined ? '–' : `${number(ratio)}×`;
  };
  return [
    row.label,
    cell(row, archive),
    cell(row, postgres),
    shown(postgres),
    cell(row, sqlite),
    shown(sqlite),
    limitCell(row, raw, limits),
    row.goal,
  ];
}

function cpuTable(rows) {
  const head = [
    'what',
    'archive: s per 1,000',
    's per GB',
    `${orthancNames.postgres}: s per 1,000`,
    's per GB',
    `${orthancNames.sqlite}: s per 1,000`,
    's per GB',
  ];
  const body = rows.map(({ row, archive, postgres, sqlite }) => [
    row.label,
    ...cpuCells(archive),
    ...cpuCells(postgres),
    ...cpuCells(sqlite),
  ]);
  return table([head, ...body]);
}

/** CPU seconds per 1,000 instances or answers, which is also ms for one, and per GB moved; «later» what followed a store. */
function cpuCells(figures) {
  if (figures === undefined) return ['–', '–'];
  const { cpuMsPerInstance, cpuSecondsPerGb, deferredSecondsPerGb, coarse } = figures;
  const about = coarse ? '≈' : '';
  const later =
    deferredSecondsPerGb === undefined ? '' : ` + ${number(deferredSecondsPerGb)} later`;
  return [`${about}${number(cpuMsPerInstance)}`, `${about}${number(cpuSecondsPerGb)}${later}`];
}

function limitRow({ label, value, unit }) {
  return [label, value === undefined ? '–' : `${number(value)} ${unit}`];
}

function othersText({ othersCores }, { noiseMax }) {
  if (othersCores === undefined || othersCores <= noiseMax) return '';
  return `\n~ Meanwhile other processes took ${number(othersCores)} cores: these limits are too low.\n`;
}

function notesText(rows, { discarded }) {
  const wrong = rows.flatMap(({ row, ...servers }) =>
    Object.entries(servers).flatMap(([name, figures]) => firstFailure(row, name, figures)),
  );
  const lines =
    wrong.length === 0
      ? ['No answer was wrong.']
      : ['Wrong answers, the first of each:', '', ...wrong];
  return `\n${lines.join('\n')}\n\nRuns discarded for noise: ${discarded}.\n`;
}

function firstFailure(row, name, figures) {
  const [failure] = figures?.failures ?? [];
  return failure === undefined ? [] : [`- ${row.id}, ${name}: ${failure.replace(/\s+/g, ' ')}`];
}

function hasWrong({ archive, raw }) {
  return (archive?.failed ?? 0) > 0 || (raw?.failed ?? 0) > 0;
}

function jsonOf({ run, limits, measured, memory, bench }) {
  return {
    run,
    limits,
    discarded: bench.discarded,
    rows: measured.map(({ row: { id, group, label, goal }, results }) => ({
      id,
      group,
      label,
      goal,
      runs: plain(results),
    })),
    memory: plain(memory),
  };
}

function plain(value) {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
