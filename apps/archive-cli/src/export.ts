import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isUid } from '#dicom/uid';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { type OpenArchive, withArchive } from './archive-cli.module.js';
import { type Command, UsageFault } from './command.js';
import { refuseFrozen } from './hospital/refuse-frozen.js';
import { writeChecked } from './write-checked.js';

const STUDIES_PER_PAGE_MAX = 500;

const HELP = `npm run --silent arkim -- export --hospital <hospital> --out <folder> [--study <UID>]

Writes the masters of a hospital (or of one study of it) byte for byte as they were received, each
checked against its SHA-256: <folder>/<study>/<series>/<instance>.dcm. A file that is there already
is refused, never overwritten.`;

/** Gives masters back, byte for byte (design D10). */
export const exportMasters: Command = {
  summary: 'write the stored files byte for byte',
  help: HELP,
  run: async (args, terminal) => {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
    const { hospital, out, study } = values;
    if (!hospital || !out) throw new UsageFault('export needs --hospital and --out');
    if (study !== undefined && !isUid(study)) throw new UsageFault('--study needs a UID');
    const target = { hospital, folder: resolve(out) };
    return withArchive(readConfig(), async (archive) => {
      await refuseFrozen(archive.pool, hospital, 'export');
      const studies = study === undefined ? studiesOf(archive, hospital) : [study];
      let instances = 0;
      for await (const uid of studies) {
        instances += await exportStudy(archive, target, uid);
        terminal.progress(`${instances} instances`);
      }
      terminal.answer(`${instances} instances written to ${target.folder}`);
      return 0;
    });
  },
};

const OPTIONS = {
  hospital: { type: 'string' },
  out: { type: 'string' },
  study: { type: 'string' },
} as const;

async function* studiesOf({ findable }: OpenArchive, hospital: string): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const rows = await findable.rows({
      text: `select study_uid from {schema}.studies where hospital = $1 and study_uid > $2
        order by study_uid limit ${STUDIES_PER_PAGE_MAX}`,
      values: [hospital, after],
    });
    if (rows.length === 0) return;
    for (const row of rows) {
      after = String(row['study_uid']);
      yield after;
    }
  }
}

type Target = Readonly<{ hospital: string; folder: string }>;

const exportStudy = async (archive: OpenArchive, target: Target, study: string) => {
  const head = await archive.findable.study(target.hospital, study);
  if (head === undefined) throw new OperatorFault('the hospital has no such study');
  let instances = 0;
  for (const { series, seriesUid } of head.series) {
    const folder = join(target.folder, study, seriesUid);
    await mkdir(folder, { recursive: true });
    const view = await archive.findable.series(series, { fresh: true });
    for (const instance of view?.ordered ?? []) {
      await writeChecked(archive.store, instance, join(folder, `${instance.instance}.dcm`));
      instances++;
    }
  }
  return instances;
};
