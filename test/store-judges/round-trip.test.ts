import { expect, test } from 'vitest';
import type { DicomJson, JsonElement, JsonValue } from '#dicom/dicom-json';
import type { Header } from '#dicom/read-header';
import { BULKDATA_MARKER } from '#dicom/read-inline';
import { littleEndian } from '#dicom/read-value';
import { sampleFiles } from '../support/judges/files.js';
import { digest, sourceOf } from '../support/judges/ours.js';
import { report } from '../support/judges/report.js';
import { rewrite } from './rewritten.js';
import { sourceOfFile } from './source-of-file.js';

/** Every value in full: bulk data by its digest, binary without padding, frames one by one. */
async function settled(header: Header, bytes: Buffer): Promise<DicomJson> {
  const source = sourceOf(header, bytes);
  const { bulk } = sourceOfFile(header, bytes);
  const places = new Map(header.bulk.map((one) => [BULKDATA_MARKER + one.path, one]));
  const settle = async (element: JsonElement): Promise<object> => {
    if (element.vr === 'SQ') {
      const items: object[] = [];
      for (const item of element.Value ?? []) items.push(await settleAll(item as DicomJson));
      return { vr: 'SQ', items };
    }
    if (element.BulkDataURI !== undefined) {
      const value = bulk(element.BulkDataURI);
      if (value?.kind === 'frames') {
        const frames: object[] = [];
        for (const fragments of value.frames) frames.push(digest(await concatenated(fragments)));
        return { frames };
      }
      const place = places.get(element.BulkDataURI);
      const raw = source.subarray(place?.start, (place?.start ?? 0) + (place?.length ?? 0));
      return { sha256: digest(evened(littleEndian(place?.vr ?? 'OB', raw, header.bigEndian))) };
    }
    if (element.InlineBinary !== undefined)
      return { sha256: digest(evened(Buffer.from(element.InlineBinary, 'base64'))) };
    return { vr: element.vr, Value: element.Value?.map(rounded) };
  };
  const settleAll = async (dataSet: DicomJson): Promise<DicomJson> => {
    const all: Record<string, object> = {};
    for (const [tag, element] of Object.entries(dataSet))
      if (tag !== '00080005' && !/^7FE0000[12]$/.test(tag)) all[tag] = await settle(element);
    return all as DicomJson;
  };
  return settleAll(header.dataSet);
}

const evened = (bytes: Buffer) =>
  bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(0)]);

/** A DS holds 16 characters, which may be ten digits. */
const rounded = (value: JsonValue) =>
  typeof value === 'number' ? Number(value.toPrecision(9)) : value;

async function concatenated(fragments: readonly { open: () => AsyncIterable<Uint8Array> }[]) {
  const chunks: Uint8Array[] = [];
  for (const { open } of fragments) for await (const chunk of open()) chunks.push(chunk);
  return evened(Buffer.concat(chunks));
}

/** What can't be written, each file with the reason and the path. */
const REFUSED: Readonly<Record<string, string>> = {
  // An IS with a fraction.
  'broken/openREM/DX-Im-DRGEM.dcm': 'number-out-of-range 00181150',
  // A CS in Chinese.
  'fo-dicom/GH1301.dcm': 'not-ascii 00100040',
};

test('every file that is read, written from its JSON and bulk data, and read again says the same', async () => {
  const differing: string[] = [];
  const refused: Record<string, string> = {};
  let alike = 0;
  for (const file of sampleFiles()) {
    const rewritten = await rewrite(file);
    if (rewritten === undefined) continue;
    if ('refused' in rewritten) {
      refused[file] = rewritten.refused;
      continue;
    }
    const before = await settled(rewritten.header, rewritten.bytes);
    const after = await settled(rewritten.again, rewritten.written);
    const tags = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const unlike = tags.filter((t) => JSON.stringify(before[t]) !== JSON.stringify(after[t]));
    if (unlike.length === 0) alike += 1;
    for (const tag of unlike)
      differing.push(
        `${file} ${tag} ${JSON.stringify(before[tag])?.slice(0, 300)} ${JSON.stringify(after[tag])?.slice(0, 300)}`,
      );
  }
  report('round trip', { 'files alike': alike, 'files refused': Object.keys(refused).length });
  expect(differing).toEqual([]);
  expect(refused).toEqual(REFUSED);
  expect(alike).toBeGreaterThan(600);
});
