import { parseArgs } from 'node:util';
import { COPY_KINDS, type CopyKind } from '#index/object-copies';
import { readConfig } from '#platform/config';
import { readSecrets } from '#platform/secrets';
import { type OpenArchive, withArchive } from './archive-cli.module.js';
import { type Command, type Terminal, UsageFault } from './command.js';
import { copiesOf, scanOf } from './copies/copies.module.js';
import { listDistinct, listObjects, listSplit } from './copies/list-copies.js';
import { type Scan, scanStudy } from './copies/scan-pixels.js';

const HELP = `npm run --silent arkim -- copies <action> <hospital>

Objects that a hospital holds more than once, by equal pixels.

  objects [--kind <kind>]   counts, and as CSV which studies share pixels. Kinds: same-study,
                            same-patient, other-id (of one person), other-person
  split                     examinations (one accession number of one patient) that lie in several
                            studies: the UIDs of each on a line
  distinct                  UIDs of the studies that a cohort keeps: one of each set of equals
  scan [--repair]           re-reads every picture and holds its digest against what is remembered.
                            Exit code 1 when something differs; with --repair it's put right. Studies
                            from before an upgrade are taken in this way`;

const STUDIES_PER_PAGE_MAX = 500;
const PROGRESS_STUDIES = 100;

/** What a hospital holds more than once. */
export const copies: Command = {
  summary: 'what a hospital holds more than once, and what a cohort keeps of it',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { kind: { type: 'string' }, repair: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [action = '', hospital = ''] = positionals;
    const act = ACTIONS[action];
    if (act === undefined || hospital === '')
      throw new UsageFault(`copies ${Object.keys(ACTIONS).join(' | ')} <hospital>`);
    const asked = { hospital, kind: kindNamed(values.kind), repair: values.repair };
    return withArchive(readConfig(), (archive) => act(archive, terminal, asked));
  },
};

type Asked = Readonly<{ hospital: string; kind: CopyKind | undefined; repair: boolean }>;
type Act = (archive: OpenArchive, terminal: Terminal, asked: Asked) => Promise<number>;

const ACTIONS: Readonly<Record<string, Act>> = {
  objects: async (archive, terminal, asked) => {
    await listObjects(copiesOf(archive), terminal, asked);
    return 0;
  },
  split: async (archive, terminal, { hospital }) => {
    await listSplit(copiesOf(archive), terminal, hospital);
    return 0;
  },
  distinct: async (archive, terminal, { hospital }) => {
    await listDistinct(copiesOf(archive), terminal, hospital);
    return 0;
  },
  scan: async (archive, terminal, { hospital, repair }) => {
    const { lookupKey } = await readSecrets(readConfig().dataFolder);
    return scanAll(scanOf(archive, lookupKey, repair), terminal, hospital);
  },
};

function kindNamed(text: string | undefined): CopyKind | undefined {
  const kind = COPY_KINDS.find((each) => each === text);
  if (text !== undefined && kind === undefined)
    throw new UsageFault(`--kind is one of ${COPY_KINDS.join(', ')}`);
  return kind;
}

async function scanAll(scan: Scan, terminal: Terminal, hospital: string): Promise<number> {
  const all = { studies: 0, instances: 0, differing: 0 };
  for await (const claim of claimsOf(scan, hospital)) {
    const { instances, differing } = await scanStudy(scan, { claim, hospital });
    all.studies += 1;
    all.instances += instances;
    all.differing += differing;
    if (all.studies % PROGRESS_STUDIES === 0) terminal.progress(`${all.studies} studies`);
  }
  const right = scan.repair && all.differing > 0 ? ', put right' : '';
  terminal.answer(
    `${all.studies} studies, ${all.instances} instances with pixels, ${all.differing} differ${right}`,
  );
  return all.differing === 0 || scan.repair ? 0 : 1;
}

async function* claimsOf(
  { archive: { findable } }: Scan,
  hospital: string,
): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const rows = await findable.rows({
      text: `select claim from {schema}.studies where hospital = $1 and claim > $2
        order by claim limit ${STUDIES_PER_PAGE_MAX}`,
      values: [hospital, after],
    });
    if (rows.length === 0) return;
    for (const row of rows) {
      after = String(row['claim']);
      yield after;
    }
  }
}
