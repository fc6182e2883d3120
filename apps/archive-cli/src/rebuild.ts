import { parseArgs } from 'node:util';
import type { RebuildReport } from '#index/postgres/rebuild-findable';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { withArchive } from './archive-cli.module.js';
import { type Command, type Terminal, UsageFault } from './command.js';

const PROJECTIONS = ['findable'];
const PROGRESS_MS = 1_000;

const HELP = `npm run --silent arkim -- rebuild <projection> | --all

Builds a read model anew from the event log and the header extracts, beside the one in use, while
reads and stores go on. The two are compared row by row; only when they are equal is the new one
put into use and the old one dropped. Exit code 1 and the numbers when they differ.

Projections: ${PROJECTIONS.join(', ')}`;

/** Rebuilds projections beside the running archive (design D13). */
export const rebuild: Command = {
  summary: 'build a read model anew from the log, compare, switch',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { all: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [name] = values.all ? PROJECTIONS : positionals;
    if (name === undefined || !PROJECTIONS.includes(name) || positionals.length > 1)
      throw new UsageFault(`rebuild needs a projection (${PROJECTIONS.join(', ')}) or --all`);
    const report = await withArchive(readConfig(), ({ rebuildFindable }) =>
      rebuildFindable(progressTo(terminal)),
    );
    if (report === 'running') throw new OperatorFault('another rebuild is running: wait for it');
    return tell(report, terminal);
  },
};

const progressTo = (terminal: Terminal) => {
  let lastMs = 0;
  return (events: number) => {
    if (performance.now() - lastMs < PROGRESS_MS) return;
    lastMs = performance.now();
    terminal.progress(`${events} events`);
  };
};

const tell = (report: RebuildReport, terminal: Terminal): number => {
  const { from, to, events, differing, switched } = report;
  for (const [table, rows] of Object.entries(differing))
    terminal.answer(`${table}: ${rows} rows differ`);
  terminal.answer(
    switched
      ? `findable: version ${to} is in use, made of ${events} events`
      : `findable: version ${from} stays in use; version ${to} is left for inspection`,
  );
  return switched ? 0 : 1;
};
