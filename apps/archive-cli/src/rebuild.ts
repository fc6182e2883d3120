import { parseArgs } from 'node:util';
import type { RebuildReport } from '#index/postgres/rebuild-findable';
import type { TableReport } from '#index/postgres/rebuild-table';
import { TABLE_NAMES, type TableName } from '#index/postgres/table-projections';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { type OpenArchive, type RebuildOptions, withArchive } from './archive-cli.module.js';
import { type Command, type Terminal, UsageFault } from './command.js';

const PROJECTIONS = [...TABLE_NAMES, 'findable'] as const;
const PROGRESS_MS = 1_000;

type Projection = (typeof PROJECTIONS)[number];

const HELP = `npm run --silent arkim -- rebuild <projection> | --all [--repair]

Builds a read model anew from the event log and the header extracts, beside the one in use, while
reads and stores go on, and compares the two row by row. When they are equal, findable switches to
the new one; the other tables are right as they are. When they differ, the one in use stays, the
numbers are told and the exit code is 1.

  --repair   make it what the log says all the same; tells how many rows differed

Projections: ${PROJECTIONS.join(', ')}
Look at what differs before you repair: a row of ${TABLE_NAMES.join(', ')} that no fact made is deleted.`;

/** Rebuilds projections beside the running archive (design D13). */
export const rebuild: Command = {
  summary: 'build a read model anew from the log, compare, switch',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { all: { type: 'boolean' }, repair: { type: 'boolean' } },
      allowPositionals: true,
    });
    const names = values.all ? PROJECTIONS : PROJECTIONS.filter((name) => name === positionals[0]);
    if (names.length === 0 || positionals.length !== (values.all ? 0 : 1))
      throw new UsageFault(`rebuild needs a projection (${PROJECTIONS.join(', ')}) or --all`);
    return withArchive(readConfig(), async (archive) => {
      let code = 0;
      for (const name of names)
        code = Math.max(code, await rebuildOne(archive, name, { terminal, repair: values.repair }));
      return code;
    });
  },
};

type How = Readonly<{ terminal: Terminal; repair: boolean | undefined }>;

/** Resolves to the exit code. */
const rebuildOne = async (
  archive: OpenArchive,
  name: Projection,
  { terminal, repair = false }: How,
): Promise<number> => {
  const tell = rarely((line) => terminal.progress(`${name}: ${line}`));
  const options: RebuildOptions = {
    repair,
    progress: (events) => tell(`${events} events`),
    compared: (studies, of) => tell(`${studies} of ${of} studies compared`),
  };
  if (name === 'findable')
    return tellFindable(found(await archive.rebuildFindable(options)), terminal);
  return tellTable(name, found(await archive.rebuildTable(name, options)), terminal);
};

const found = <T>(report: T | 'running'): T => {
  if (report === 'running') throw new OperatorFault('another rebuild is running: wait for it');
  return report;
};

const rarely = (tell: (line: string) => void) => {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (line: string) => {
    if (performance.now() - lastMs < PROGRESS_MS) return;
    lastMs = performance.now();
    tell(line);
  };
};

const tellFindable = (report: RebuildReport, terminal: Terminal): number => {
  const { from, to, events, differing, switched, rows: compared, keptOut } = report;
  for (const [table, rows] of Object.entries(differing))
    terminal.answer(`findable: ${table}: ${rows} rows differ`);
  terminal.answer(
    `findable: ${compared} rows compared; stores waited ${keptOut.ms} ms, for ${keptOut.facts} events and ${keptOut.rows} rows`,
  );
  terminal.answer(
    switched
      ? `findable: version ${to} is in use, made of ${events} events`
      : `findable: version ${from} stays in use; version ${to} is left for inspection`,
  );
  return switched ? 0 : 1;
};

const tellTable = (name: TableName, report: TableReport, terminal: Terminal): number => {
  const { rows, events, shown, repaired, missing, extra, changed, setAside } = report;
  if (setAside > 0)
    terminal.answer(`${name}: ${setAside} rows stay as they are: their key is destroyed`);
  if (shown.length === 0) {
    terminal.answer(`${name}: what is in use is right: ${rows} rows, made of ${events} events`);
    return 0;
  }
  for (const { key, difference } of shown) terminal.answer(`${name}: ${key} is ${difference}`);
  terminal.answer(`${name}: ${missing} rows missing, ${extra} extra, ${changed} changed`);
  terminal.answer(repaired ? `${name}: repaired` : `${name}: stays as it is`);
  return repaired ? 0 : 1;
};
