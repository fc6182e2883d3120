import type { ManifestEncoding } from '#archive/manifest-events';

export const ENCODINGS = ['kos', 'mado-kos', 'mado-fhir'] as const satisfies ManifestEncoding[];

const ID = /^([0-9a-f]{32})\.(kos|mado-kos|mado-fhir)$/;

/** What one document of a manifest is called, as a resource. */
export const documentId = (manifest: string, encoding: ManifestEncoding): string =>
  `${manifest}.${encoding}`;

/** Undefined when it is no document's. */
export function readDocumentId(
  id: string,
): Readonly<{ manifest: string; encoding: ManifestEncoding }> | undefined {
  const [, manifest, encoding] = ID.exec(id) ?? [];
  if (manifest === undefined) return undefined;
  return { manifest, encoding: encoding as ManifestEncoding };
}
