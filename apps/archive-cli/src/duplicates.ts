import { parseArgs } from 'node:util';
import type { Counted, DuplicateFigures } from '#index/duplicate-figures';
import { duplicateFigures } from '#index/postgres/duplicate-figures';
import { readConfig } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { createPool } from '#platform/postgres-pool';
import { type Command, type Terminal, UsageFault } from './command.js';

const DAYS_DEFAULT = 90;
const DAY_MS = 86_400_000;

const HELP = `npm run --silent arkim -- duplicates figures [--hospital <hospital>] [--from <time>] [--to <time>] [--json]

What became of the cards about duplicate exams that were shown in a period (times as ISO 8601 has
them; the last ${DAYS_DEFAULT} days when none is named), of one hospital or of all together. Numbers only.

  followed   orders of which a card was accepted: after 14 days the exam was done all the same,
             by the same hospital, or it wasn't
  saved      what the exams that weren't done would have taken: effective dose and bytes, of as
             many as it is known of`;

/** What came of telling about duplicates. */
export const duplicates: Command = {
  summary: 'what became of cards about duplicate exams, in numbers',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        ...{ hospital: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (positionals.join() !== 'figures') throw new UsageFault('duplicates figures');
    const nowMs = Date.now();
    const to = timeNamed('--to', values.to, nowMs);
    const from = timeNamed('--from', values.from, to.getTime() - DAYS_DEFAULT * DAY_MS);
    const url = await findDatabase(readConfig());
    const pool = createPool({ url, name: 'arkim', connectionsMax: 2 });
    try {
      const asked = { hospital: values.hospital ?? '', from, to };
      const figures = await duplicateFigures(pool)(asked, nowMs);
      if (values.json) terminal.answer(JSON.stringify(figures));
      else tell(figures, terminal);
      return 0;
    } finally {
      await pool.end();
    }
  },
};

function timeNamed(option: string, text: string | undefined, otherwiseMs: number): Date {
  const time = new Date(text ?? otherwiseMs);
  if (Number.isNaN(time.getTime())) throw new UsageFault(`${option} is a time, as 2026-11-01`);
  return time;
}

const MICRO = 1_000;
const MEGABYTE = 1e6;

function tell({ shown, answers, followed, saved }: DuplicateFigures, { answer }: Terminal): void {
  answer(`shown       ${shown.cards} cards of ${shown.orders} orders`);
  tellCounted('  by', shown.byService, answer);
  tellCounted('  of', shown.byGrade, answer);
  const { accepted, overridden, none, withdrawn } = answers;
  answer(`answers     ${accepted} accepted, ${overridden} overridden, ${none} none`);
  tellCounted('  because', answers.byReason, answer);
  answer(`withdrawn   ${withdrawn} orders without an answer`);
  answer(
    `followed    ${followed.notDone} not done, ${followed.done} done, ${followed.waiting} wait`,
  );
  const { microsieverts, ofDose, bytes, ofBytes } = saved;
  answer(
    `saved       ${microsieverts / MICRO} mSv (of ${ofDose} exams), ${Math.round(bytes / MEGABYTE)} MB (of ${ofBytes})`,
  );
}

const tellCounted = (
  word: string,
  counted: readonly Counted[],
  answer: Terminal['answer'],
): void => {
  for (const { code, count } of counted) answer(`${word.padEnd(12)}${count} ${code || 'unsaid'}`);
};
