import type { DicomJson, JsonElement } from '#dicom/dicom-json';
import { inflatedFile } from '#dicom/inflated-file';
import { HEADER_LIMITS } from '#dicom/limits';
import { littleEndian } from '#dicom/read-value';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { traitsOf } from '#dicom/vr';
import type { BulkEntry } from '#index/extract';
import { instanceFile } from '../instance-file.js';
import type { InstanceHeader } from '../instance-header.js';
import type { LocatedInstance } from '../locate.js';
import { openInstance, type ReadPorts, readInstance } from '../read-instance.js';

/** An instance that was looked up, its header, and the data set in it. */
export type OpenedInstance = Readonly<{
  located: LocatedInstance;
  header: InstanceHeader;
  dataSet: DicomJson;
}>;

/** Tables and profiles are short; longer values are taken for absent. */
const SMALL_VALUE_BYTES_MAX = 4 * 1024 * 1024;

/** A short value that the header names by a bulk path, little endian. */
export const readSmallValue =
  (ports: ReadPorts, opened: OpenedInstance) =>
  async (path: string): Promise<Buffer | undefined> => {
    const entry = opened.header.bulk.find((candidate) => candidate.path === path);
    if (entry === undefined || entry.length > SMALL_VALUE_BYTES_MAX) return undefined;
    const value = await openValue(ports, opened, entry);
    return Buffer.isBuffer(value) ? value : undefined;
  };

/** The value, little endian: in one buffer, or in pieces when it is long. */
export async function openValue(
  ports: ReadPorts,
  { located, header, dataSet }: OpenedInstance,
  { path, start, length }: BulkEntry,
): Promise<Buffer | AsyncIterable<Buffer>> {
  const range = { start, end: start + length };
  if (located.instance.transferSyntax === TransferSyntaxUid.ExplicitVRBigEndian) {
    const vr = traitsOf(elementAt(dataSet, path)?.vr ?? '')?.vr ?? 'UN';
    return littleEndian(vr, await readInstance(ports, located, { range }), true);
  }
  if (!header.deflated) return openInstance(ports, located, { range });
  const file = instanceFile(ports, located);
  const inflated = inflatedFile(file, header.dataSetStart, HEADER_LIMITS.inflatedBytesMax);
  try {
    return Buffer.from(await inflated.read(range.start, range.end));
  } finally {
    inflated.close();
  }
}

/** The attribute at a bulk path: tags and item indices from 0. */
function elementAt(dataSet: DicomJson, path: string): JsonElement | undefined {
  const steps = path.split('/');
  let within: DicomJson | undefined = dataSet;
  for (let at = 0; at + 2 < steps.length; at += 2)
    within = within?.[steps[at] ?? '']?.Value?.[Number(steps[at + 1])] as DicomJson | undefined;
  return within?.[steps.at(-1) ?? ''];
}
