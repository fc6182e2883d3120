import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openManifest } from '#index/manifest-content';
import { publishAll } from '../manifests/publish-all.js';
import { archiveCore } from '../support/archive-core.js';

const SAMPLES = 'infra/samples';
const HOSPITALS = ['HOSP-A', 'HOSP-B', 'HOSP-C'];
const REGIONS = ['67734004', '63337009'];

/** One manifest as it goes out: its three documents as files, and what was stored. */
export type Made = Readonly<{
  claim: string;
  study: string;
  kos: string;
  mado: string;
  fhir: string;
  /** Instances by series, as the archive holds them. */
  held: ReadonlyMap<string, readonly string[]>;
}>;

/** Stores the samples of three hospitals, publishes, and writes the documents to a folder. */
export async function madeManifests() {
  const archive = await archiveCore();
  const folder = await mkdtemp(join(tmpdir(), 'arkim-manifests-'));
  for (const hospital of HOSPITALS)
    for (const name of await filesOf(join(SAMPLES, hospital))) {
      await archive.send([await readFile(name)], hospital);
      await archive.work();
    }
  await archive.pool.query(
    `insert into study_exams (claim, hospital, modality_group, regions, coarse, laterality, contrast, purposes, evidence, confidence, words, terms)
     select claim, hospital, 'CT', '{}', $1, 'none', 'unknown', '{}', 'none', 0, '{}', 'test' from study_access
     on conflict (claim) do update set coarse = excluded.coarse`,
    [REGIONS],
  );
  while ((await publishAll(archive)).length > 0);
  const { rows } = await archive.pool.query(
    `select m.claim, m.manifest, m.study_uid, c.encoding, c.body from manifests m join manifest_contents c using (manifest)
     where m.status = 'current' order by m.claim`,
  );
  const made: Made[] = [];
  for (const [claim, documents] of Map.groupBy(rows, (row) => String(row.claim))) {
    const key = (await archive.ingest.keys.find([claim])).get(claim);
    if (key === undefined || key === 'destroyed') throw new Error('a study has no key');
    const paths: Record<string, string> = {};
    for (const { manifest, encoding, body } of documents) {
      const path = join(folder, `${claim}.${encoding}`);
      await writeFile(path, openManifest(key.secret, { manifest, encoding }, body));
      paths[encoding] = path;
    }
    const { kos = '', 'mado-kos': mado = '', 'mado-fhir': fhir = '' } = paths;
    const study = String(documents[0]?.study_uid);
    made.push({ claim, study, kos, mado, fhir, held: await heldOf(archive, claim) });
  }
  return {
    made,
    close: async () => {
      await archive.close();
      await rm(folder, { recursive: true });
    },
  };
}

const filesOf = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.dcm'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

async function heldOf(
  { pool }: Awaited<ReturnType<typeof archiveCore>>,
  claim: string,
): Promise<Made['held']> {
  const { rows } = await pool.query(
    `select e.series_uid, g.facts from findable_1.series e join findable_1.segments g using (series) where e.claim = $1`,
    [claim],
  );
  const held = new Map<string, string[]>();
  for (const { series_uid, facts } of rows)
    held.set(series_uid, [
      ...(held.get(series_uid) ?? []),
      ...(JSON.parse(facts) as { instance: string }[]).map(({ instance }) => instance),
    ]);
  return held;
}
