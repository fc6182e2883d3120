import type { DicomJson } from '#dicom/dicom-json';
import { type PixelDescription, pixelDescriptionOf } from '#dicom/pixel-description';
import type { Extract } from '#index/extract';
import type { ReadExtract } from '#index/extract-reader';
import { goneForGood, ProblemException } from '../problem.js';
import type { LocatedInstance } from './locate.js';

/** What the extract keeps of one instance: its DICOM JSON text, and where its bulk data and frames lie. */
export type InstanceHeader = Readonly<{ json: Buffer }> & Extract['facts'][number];

/** Reads it; 410 when the key of the study is destroyed: then nobody can read it any more. */
export async function instanceHeader(
  readExtract: ReadExtract,
  { view, instance }: LocatedInstance,
): Promise<InstanceHeader> {
  const place = view.extracts[instance.extract];
  if (place === undefined) throw new Error('an instance names an extract that its series lacks');
  const extract = await readExtract(view.claim, place);
  if (extract === undefined) throw new ProblemException(goneForGood());
  const json = extract.json[instance.item];
  const facts = extract.facts[instance.item];
  if (json === undefined || facts === undefined)
    throw new Error('an instance names an item that its extract lacks');
  return { json, ...facts };
}

/** How the pixels are to be read, as the data set says. */
export const pixelDescription = (json: Buffer): PixelDescription =>
  pixelDescriptionOf(JSON.parse(json.toString()) as DicomJson);
