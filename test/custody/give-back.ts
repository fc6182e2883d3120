import { archiveUpcasters } from '#archive/upcasters';
import { PACKAGE_FORMAT } from '#evidence/package-format';
import { packageProofs } from '#evidence/postgres/package-proofs';
import { writePackage } from '#evidence/write-package';
import { studiesToGive } from '#index/restitution-source';
import type { Place } from '#index/series-view';
import type { SigningKey } from '#platform/signing-key';
import { openPlace } from '#storage/read-place';
import type { ArchiveCore } from '../support/archive-core.js';

/** What the archive gives back to a hospital, or one study of it. */
export async function giveBack(
  archive: Pick<ArchiveCore, 'ingest' | 'log' | 'store' | 'pool'>,
  signer: SigningKey,
  { hospital, claim }: Readonly<{ hospital: string; claim?: string | undefined }>,
): Promise<Buffer> {
  const { findable, keys } = archive.ingest;
  const ports = {
    findable,
    ledger: { store: archive.log, keys, upcasters: archiveUpcasters },
    openBytes: (place: Place) => openPlace(archive.store, place),
  };
  const scope = claim === undefined ? 'hospital' : 'study';
  const madeAt = '2027-01-31T12:00:00Z';
  const source = {
    studies: studiesToGive(ports, { hospital, claim }),
    ...packageProofs(archive.pool),
    signer,
  };
  const about = { format: PACKAGE_FORMAT, hospital, scope, madeAt } as const;
  return Buffer.concat(await Array.fromAsync(writePackage(about, source)));
}
