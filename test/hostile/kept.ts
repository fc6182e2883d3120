import { type DicomJson, firstOf } from '../acceptance/ask.js';
import { sha256 } from '../acceptance/read-dicom.js';

/** What the archive has said that it keeps: SOP Instance UIDs, and the digests that each may have; none where the framing was changed and nobody knows what part it was. */
export type Kept = { readonly digests: Map<string, Set<string>>; failed: number };

export const newKept = (): Kept => ({ digests: new Map(), failed: 0 });

/** Notes a Store Instances Response Module; gives the number of outcomes in it. `files`: the parts of the request, when they're known. */
export function noteOutcomes(
  kept: Kept,
  files: readonly Buffer[] | undefined,
  text: string,
): number {
  const module = JSON.parse(text) as DicomJson;
  const items = (tag: string) => (module[tag]?.Value ?? []) as readonly DicomJson[];
  const stored = items('00081199').map((item) => firstOf(item, '00081155'));
  for (const uid of stored) {
    const isNew = !kept.digests.has(uid);
    const digests = kept.digests.get(uid) ?? new Set<string>();
    kept.digests.set(uid, digests);
    if (files === undefined) digests.clear();
    else if (isNew || digests.size > 0) for (const file of files) digests.add(sha256(file));
  }
  const failed = items('00081198').length + items('0008119A').length;
  kept.failed += failed;
  return stored.length + failed;
}
