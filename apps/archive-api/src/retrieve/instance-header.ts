import type { DicomJson } from '#dicom/dicom-json';
import type { PixelDescription } from '#dicom/pixel-description';
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

/** How the pixels are to be read, as the data set says; numbers that are missing are 0, which no decoder accepts. */
export function pixelDescription(json: Buffer): PixelDescription {
  const dataSet = JSON.parse(json.toString()) as DicomJson;
  const first = (tag: string) => dataSet[tag]?.Value?.[0];
  const number = (tag: string) => Number(first(tag) ?? 0);
  const { vr } = dataSet['7FE00010'] ?? {};
  return {
    rows: number('00280010'),
    columns: number('00280011'),
    samplesPerPixel: number('00280002'),
    bitsAllocated: number('00280100'),
    bitsStored: number('00280101'),
    pixelRepresentation: number('00280103'),
    planarConfiguration: number('00280006'),
    photometricInterpretation: String(first('00280004') ?? ''),
    ...(vr === 'OB' || vr === 'OW' ? { pixelDataVr: vr } : {}),
  };
}
