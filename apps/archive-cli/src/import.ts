import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { type OpenArchive, withArchive } from './archive-cli.module.js';
import { type Command, UsageFault } from './command.js';
import { refuseFrozen } from './hospital/refuse-frozen.js';
import { importFiles } from './import/import-files.js';

const HELP = `npm run --silent arkim -- import --hospital <hospital> <file or folder>...

Stores DICOM files for a hospital, from folders with all folders below, beside the stores that come
over the network and after them: workers take imports when few stores wait. Hidden files, links,
DICOMDIRs and files that aren't DICOM (PS3.10) are skipped and counted. Prints the files that are not
in the archive, with the reason, and a summary. Exit code 0 when every DICOM file is in the archive.

It may be stopped at any time; called again it goes on, and what is there already is told as the same.
It waits while its own files wait for the workers, or while the disk is nearly full.`;

/** Bulk stores from files, in a lane of their own (design D14). */
export const importCommand: Command = {
  summary: 'store DICOM files from folders',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { hospital: { type: 'string' } },
      allowPositionals: true,
    });
    const { hospital } = values;
    if (!hospital || positionals.length === 0)
      throw new UsageFault('import needs --hospital and at least one file or folder');
    for (const path of positionals) await refuseMissing(path);
    return withArchive(readConfig(), async (archive) => {
      await refuseStranger(archive, hospital);
      await refuseFrozen(archive.pool, hospital, 'ingest');
      const { pool, store, enqueueImport: enqueue } = archive;
      const tally = await importFiles({ pool, store, enqueue, hospital }, positionals, terminal);
      for (const line of tally.summary()) terminal.answer(line);
      return tally.complete() ? 0 : 1;
    });
  },
};

const refuseMissing = async (path: string) => {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageFault(`there is no file or folder ${path}`);
};

const refuseStranger = async ({ pool }: OpenArchive, hospital: string) => {
  const { rowCount } = await pool.query('select 1 from hospitals where hospital = $1', [hospital]);
  if (rowCount === 0)
    throw new OperatorFault(`the hospital ${hospital} is not onboarded: arkim onboard ${hospital}`);
};
