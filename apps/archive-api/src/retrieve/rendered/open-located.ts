import type { DicomJson } from '#dicom/dicom-json';
import type { ReadExtract } from '#index/extract-reader';
import { instanceHeader } from '../instance-header.js';
import type { LocatedInstance } from '../locate.js';
import type { OpenedInstance } from './bulk-value.js';

/** An instance with its data set at hand. */
export async function openLocated(
  { readExtract }: Readonly<{ readExtract: ReadExtract }>,
  located: LocatedInstance,
): Promise<OpenedInstance> {
  const header = await instanceHeader(readExtract, located);
  return { located, header, dataSet: JSON.parse(header.json.toString()) as DicomJson };
}
