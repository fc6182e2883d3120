import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { archiveUpcasters } from '#archive/upcasters';
import { isUid } from '#dicom/uid';
import { PACKAGE_FORMAT, type PackageAbout } from '#evidence/package-format';
import { packageProofs } from '#evidence/postgres/package-proofs';
import { type PackageCounts, type PackageSource, writePackage } from '#evidence/write-package';
import { studiesToGive } from '#index/restitution-source';
import type { Place } from '#index/series-view';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { openSigningKey } from '#platform/signing-key';
import { openPlace } from '#storage/read-place';
import { type OpenArchive, withArchive } from './archive-cli.module.js';
import { type Command, type Terminal, UsageFault } from './command.js';
import { refuseFrozen } from './hospital/refuse-frozen.js';

const PROGRESS_BYTES = 256 * 1024 * 1024;

const HELP = `npm run --silent arkim -- restitute --hospital <hospital> --out <file.tar> [--study <UID>]

Gives back what a hospital deposited (or one study of it): the bytes as they were received, what the
log says of them, and the proofs. A file that is there already is refused. Studies that were disposed
of are in it with the facts of their disposal. infra/verify-package.mjs checks such a package with
nothing but Node, and so does \`arkim verify-package\`; docs/custody.md says how.
Exit code 1 when bytes are missing or damaged: the package says which.`;

const OPTIONS = {
  hospital: { type: 'string' },
  out: { type: 'string' },
  study: { type: 'string' },
} as const;

/** Gives a hospital back what it deposited, with the proofs. */
export const restitute: Command = {
  summary: 'give back what a hospital deposited, with its proofs',
  help: HELP,
  run: async (args, terminal) => {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false });
    const { hospital, out, study } = values;
    if (!hospital || !out) throw new UsageFault('restitute needs --hospital and --out');
    if (study !== undefined && !isUid(study)) throw new UsageFault('--study needs a UID');
    return giveBack({ hospital, study }, out, terminal);
  },
};

type Asked = Readonly<{ hospital: string; study: string | undefined }>;

const giveBack = (asked: Asked, out: string, terminal: Terminal): Promise<number> => {
  const config = readConfig();
  return withArchive(config, async (archive) => {
    await refuseFrozen(archive.pool, asked.hospital, 'export');
    const about: PackageAbout = {
      format: PACKAGE_FORMAT,
      hospital: asked.hospital,
      scope: asked.study === undefined ? 'hospital' : 'study',
      madeAt: new Date().toISOString(),
    };
    let counts: PackageCounts = { studies: 0, objects: 0, damaged: 0 };
    const source: PackageSource = {
      studies: studiesOf(archive, asked),
      ...packageProofs(archive.pool),
      signer: await openSigningKey(config.dataFolder),
      ended: (whole) => {
        counts = whole;
      },
    };
    await writeFile(out, writePackage(about, source), terminal);
    const { studies, objects, damaged } = counts;
    terminal.answer(`${studies} studies, ${objects} objects, written to ${out}`);
    if (damaged > 0) terminal.answer(`${damaged} objects are missing or damaged`);
    if (studies === 0) terminal.answer('the log knows no such study');
    return damaged === 0 && studies > 0 ? 0 : 1;
  });
};

const studiesOf = (archive: OpenArchive, { hospital, study }: Asked): PackageSource['studies'] => {
  const { findable, keys, log, store, ids } = archive;
  const ledger = { store: log, keys, upcasters: archiveUpcasters };
  const ports = { findable, ledger, openBytes: (place: Place) => openPlace(store, place) };
  const claim = study === undefined ? undefined : ids.claim(hospital, study);
  return studiesToGive(ports, { hospital, claim });
};

async function writeFile(
  path: string,
  chunks: AsyncIterable<Buffer>,
  terminal: Terminal,
): Promise<void> {
  const file = await open(path, 'wx').catch((cause: unknown) => {
    throw new OperatorFault(`${path} can't be written, or is there already`, { cause });
  });
  let [bytes, shown] = [0, 0];
  try {
    for await (const chunk of chunks) {
      await file.write(chunk);
      bytes += chunk.length;
      if (bytes - shown < PROGRESS_BYTES) continue;
      shown = bytes;
      terminal.progress(`${bytes} bytes`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
