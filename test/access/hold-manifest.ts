import { createHash, randomBytes } from 'node:crypto';
import { NONCE_BYTES } from '#events/content-seal';
import type { KeyRing } from '#events/key-ring';
import { sealManifest } from '#index/manifest-content';
import type { Ports } from '../../apps/archive-api/src/ports.js';
import type { Sample } from '../../apps/archive-api/src/stored-files.testing.js';
import { manifestId } from '../../apps/ingest-worker/src/manifests/make-documents.js';

const BODY = Buffer.from('{"resourceType":"Bundle"}');

/** Keeps a manifest of a study that is held, as the worker would. */
export async function holdManifest(
  { pool, ids, keys }: Ports & Readonly<{ keys: KeyRing }>,
  hospital: string,
  { study }: Sample,
): Promise<void> {
  const claim = ids.claim(hospital, study);
  const manifest = manifestId(claim, 1);
  const key = (await keys.ensure([claim])).get(claim);
  if (key === undefined || key === 'destroyed') throw new Error('a study has no key');
  const documents = ['kos', 'mado-fhir'].map((encoding) => ({
    ...{ encoding, uid: '2.25.1', bytes: BODY.length, sha1: '' },
    sha256: createHash('sha256').update(BODY).digest('hex'),
  }));
  await pool.query(
    `insert into manifests (manifest, claim, hospital, revision, status, made_at, basis, study_uid, started, started_time, timezone,
       accession, description, modalities, regions, uids, documents)
     values ($1, $2, $3, 1, 'current', now(), '', $4, '', '', '', '', '', '{}', '{}', '{}', $5)`,
    [manifest, claim, hospital, study, JSON.stringify(documents)],
  );
  for (const { encoding } of documents)
    await pool.query('insert into manifest_contents values ($1, $2, $3, $4)', [
      ...[manifest, encoding, claim],
      sealManifest(key.secret, { manifest, encoding }, BODY, randomBytes(NONCE_BYTES)),
    ]);
}
