import { parseArgs } from 'node:util';
import { packStream } from '#archive/catalogue';
import { readConfig } from '#platform/config';
import { verifyPack } from '#storage/read-pack';
import { type OpenArchive, withArchive } from './archive-cli.module.js';
import type { Command, Terminal } from './command.js';

const PROGRESS_PACKS = 100;
const PAGE_PACKS_MAX = 1_000;

const HELP = `npm run --silent arkim -- verify

Re-reads every byte that a fact names and holds it against its SHA-256. Prints what is damaged or
missing. Exit code 0 when all of it is there and unchanged.`;

/** Fixity of everything that facts name, pack by pack. */
export const verify: Command = {
  summary: 're-read every byte and hold it against its digest',
  help: HELP,
  run: async (args, terminal) => {
    parseArgs({ args: [...args], options: {}, allowPositionals: false });
    return withArchive(readConfig(), (archive) => verifyAll(archive, terminal));
  },
};

type Tally = { packs: number; bytes: number; damaged: number };

const verifyAll = async (archive: OpenArchive, terminal: Terminal): Promise<number> => {
  const tally: Tally = { packs: 0, bytes: 0, damaged: 0 };
  for await (const page of packPages(archive))
    for (const { pack, key } of page) await verifyOne(archive, terminal, { pack, key, tally });
  terminal.answer(
    `${tally.packs} packs, ${tally.bytes} bytes read, ${tally.damaged} damaged or missing`,
  );
  return tally.damaged === 0 ? 0 : 1;
};

type Listed = Readonly<{ pack: string; key: string }>;

/** Packs of the place table, page by page. */
async function* packPages({ findable }: OpenArchive): AsyncGenerator<readonly Listed[]> {
  for (let after = ''; ; ) {
    const rows = (await findable.rows({
      text: `select distinct pack, key from {schema}.packs where pack > $1 order by pack limit ${PAGE_PACKS_MAX}`,
      values: [after],
    })) as readonly Listed[];
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.pack;
  }
}

const verifyOne = async (
  archive: OpenArchive,
  terminal: Terminal,
  { pack, key, tally }: Listed & Readonly<{ tally: Tally }>,
) => {
  const verdict = await verifyPack(archive.store, key);
  if (verdict === undefined && (await isRemoved(archive, pack))) return;
  tally.packs++;
  tally.bytes += verdict?.bytes ?? 0;
  if (tally.packs % PROGRESS_PACKS === 0) terminal.progress(`${tally.packs} packs`);
  if (verdict !== undefined && verdict.damage === undefined && verdict.mismatches.length === 0)
    return;
  tally.damaged++;
  const what = verdict === undefined ? 'missing' : describe(verdict);
  terminal.answer(`${key}: ${what}`);
};

/** Retired between the listing and the reading. */
const isRemoved = async ({ log }: OpenArchive, pack: string) =>
  (await log.lastTypes([packStream(pack)])).get(packStream(pack)) === 'PackRemoved';

const describe = (verdict: Readonly<{ damage?: unknown; mismatches: readonly unknown[] }>) =>
  verdict.damage === undefined
    ? `${verdict.mismatches.length} entries have other bytes`
    : `its trailer is damaged (${JSON.stringify(verdict.damage)})`;
