import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { retentionInForce } from '#index/postgres/published-retention';
import { tryRetention } from '#index/postgres/try-retention';
import type { RetentionDifference } from '#index/retention-difference';
import { dueStudies, scheduleCounts } from '#index/retention-due';
import { readConfig } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { OperatorFault } from '#platform/operator-fault';
import { createPool } from '#platform/postgres-pool';
import { isDay } from '#retention/calendar';
import { faultOfRetention } from '#retention/retention-fault';
import type { RetentionTable } from '#retention/retention-policy';
import { type Command, type Terminal, UsageFault } from './command.js';

const PAGE_MAX = 500;
const CONNECTIONS_MAX = 2;

const HELP = `npm run --silent arkim -- retention status [--hospital <hospital>]
npm run --silent arkim -- retention due [--hospital <hospital>] [--before <day>]
npm run --silent arkim -- retention dry-run [--policies <file>] [--on <day>] [--json]

status   how the studies are scheduled: how many, in which state and why, and the first day on which
         one of them may go
due      the studies that no policy keeps any more before a day (tomorrow when none is named), a line
         each: day, claim, hospital, policy and rule, legal source
dry-run  which studies might go on a day (today when none is named), by which rule, by the policies in
         force or those of a file (JSON as GET /governance/policies/retention/table tells it), and
         what would be otherwise. Reads all studies and changes nothing.

Days are written as 2026-11-22.`;

const OPTIONS = {
  hospital: { type: 'string' },
  before: { type: 'string' },
  on: { type: 'string' },
  policies: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** When studies may go, and by what. */
export const retentionCommand: Command = {
  summary: 'when studies may go and by which law; what other policies would change',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      ...{ args: [...args], options: OPTIONS, allowPositionals: true },
    });
    const url = await findDatabase(readConfig());
    const pool = createPool({ url, name: 'arkim', connectionsMax: CONNECTIONS_MAX });
    const rows = async ({ text, values: given }: { text: string; values: readonly unknown[] }) =>
      (await pool.query(text, [...given])).rows;
    try {
      switch (positionals.join()) {
        case 'status':
          return await tellStatus(await scheduleCounts(rows, values.hospital), terminal);
        case 'due': {
          const before = dayNamed('--before', values.before, 1);
          return await tellDue({ rows, hospital: values.hospital, before }, terminal);
        }
        case 'dry-run': {
          const on = dayNamed('--on', values.on, 0);
          const before = await retentionInForce(pool);
          const after = values.policies === undefined ? before : await readTable(values.policies);
          const trial = {
            ...{ before, after, on, studiesMax: Number.POSITIVE_INFINITY },
            signal: new AbortController().signal,
            progress: (studies: number) => terminal.progress(`${studies} studies`),
          };
          const found = await tryRetention(pool, trial);
          if (values.json) terminal.answer(JSON.stringify(found));
          else tellDifference(found, terminal);
          return 0;
        }
        default:
          throw new UsageFault('retention needs status, due or dry-run');
      }
    } finally {
      await pool.end();
    }
  },
};

const DAY_MS = 86_400_000;

function dayNamed(option: string, text: string | undefined, daysAhead: number): string {
  const day = text ?? new Date(Date.now() + daysAhead * DAY_MS).toISOString().slice(0, 10);
  if (!isDay(day)) throw new UsageFault(`${option} is a day, as 2026-11-22`);
  return day;
}

async function readTable(file: string): Promise<RetentionTable> {
  const table: RetentionTable = JSON.parse(await readFile(file, 'utf8'));
  if (!Array.isArray(table?.policies)) throw new OperatorFault(`${file} is no table of policies`);
  const fault = faultOfRetention(table);
  if (fault !== undefined) throw new OperatorFault(`the policies can't be used: ${fault}`);
  return table;
}

async function tellStatus(
  counts: Awaited<ReturnType<typeof scheduleCounts>>,
  { answer }: Terminal,
): Promise<number> {
  for (const { hospital, state, because, studies, next } of counts)
    answer([hospital, state, because || (next ?? ''), studies].join('\t'));
  return 0;
}

type Rows = Parameters<typeof dueStudies>[0];
type Due = Readonly<{ rows: Rows; hospital: string | undefined; before: string }>;

async function tellDue({ rows, hospital, before }: Due, { answer }: Terminal): Promise<number> {
  let after: { dueOn: string; claim: string } | undefined;
  for (;;) {
    const page = await dueStudies(rows, { hospital, before, after, limit: PAGE_MAX });
    for (const each of page)
      answer(
        [
          each.dueOn,
          each.claim,
          each.hospital,
          `${each.policy}/${each.rule}`,
          each.legalSource,
        ].join('\t'),
      );
    after = page.at(-1);
    if (page.length < PAGE_MAX) return 0;
  }
}

function tellDifference(found: RetentionDifference, { answer, progress }: Terminal): void {
  for (const { jurisdiction, state, because, policy, rule, studies, due } of found.counts)
    answer([jurisdiction || '-', state, because || `${policy}/${rule}`, studies, due].join('\t'));
  progress(
    `${found.studies} studies; due: ${found.dueAfter} (now ${found.dueBefore}); earlier ${found.earlier}, later ${found.later}, otherwise ${found.otherwise}`,
  );
}
