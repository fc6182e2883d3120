import { createHash } from 'node:crypto';
import { setImmediate as immediately } from 'node:timers/promises';
import { fhirManifest } from '#archive/manifest/fhir-manifest';
import { madoManifest, xdsManifest } from '#archive/manifest/key-object-manifest';
import type { ManifestNames, ManifestStudy } from '#archive/manifest/manifest-study';
import type { ManifestDocument, ManifestEncoding } from '#archive/manifest-events';
import type { DicomJson } from '#dicom/dicom-json';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { uidOfUuid } from '#dicom/uid-of-uuid';
import { planPart10 } from '#dicom/write-part10';
import { uuid5 } from '#events/uuid5';

/** Raised when the same study gives other documents than before: each manifest is then replaced when its study is next looked at. */
const FORM = 1;

/** A document and its bytes. */
export type MadeDocument = Readonly<{ document: ManifestDocument; body: Buffer }>;

/** The opaque id of a claim's manifest; a claim is 32 hex digits, as a UUID has. */
export const manifestId = (claim: string, revision: number): string =>
  uuid5(claim, `manifest ${revision}`).replaceAll('-', '');

/** A digest over all that documents are made of; the same is never published again. */
export const basisOf = (study: ManifestStudy): string =>
  createHash('sha256')
    .update(JSON.stringify([FORM, study]))
    .digest('hex');

/** The documents of a manifest: the same study, manifest and moment give the same bytes. Undefined when what a data set says can't be written again. */
export async function makeDocuments(
  study: ManifestStudy,
  { claim, manifest, madeAt }: Readonly<{ claim: string; manifest: string; madeAt: string }>,
): Promise<readonly MadeDocument[] | undefined> {
  const uuidOf = (part: string) => uuid5(manifest, part);
  const names: ManifestNames = {
    kos: uidOfUuid(uuidOf('kos')),
    mado: uidOfUuid(uuidOf('mado')),
    series: uidOfUuid(uuid5(claim, 'series of manifests')),
    madeAt,
    uuidOf,
  };
  const kos = await part10(xdsManifest(study, names));
  const mado = await part10(madoManifest(study, names));
  if (kos === undefined || mado === undefined) return undefined;
  const fhir = Buffer.from(
    JSON.stringify(fhirManifest(study, names, documentId(manifest, 'mado-fhir'))),
  );
  return [
    made('kos', names.kos, kos),
    made('mado-kos', names.mado, mado),
    made('mado-fhir', names.mado, fhir),
  ];
}

/** What one document of a manifest is called. */
const documentId = (manifest: string, encoding: ManifestEncoding): string =>
  `${manifest}.${encoding}`;

/** Documents of a large study take a while to write: stores that wait come in between. */
async function part10(dataSet: DicomJson): Promise<Buffer | undefined> {
  await immediately();
  const transferSyntax = TransferSyntaxUid.ExplicitVRLittleEndian;
  const planned = planPart10({ dataSet, transferSyntax, bulk: () => undefined });
  if (!planned.ok) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of planned.part10.open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const made = (encoding: ManifestEncoding, uid: string, body: Buffer): MadeDocument => ({
  document: {
    encoding,
    uid,
    sha256: createHash('sha256').update(body).digest('hex'),
    sha1: createHash('sha1').update(body).digest('base64'),
    bytes: body.length,
  },
  body,
});
