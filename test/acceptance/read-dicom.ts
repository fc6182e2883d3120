import { createHash } from 'node:crypto';
import dcmjs from 'dcmjs';

dcmjs.log.setLevel('silent');

/** A file as dcmjs sees it. */
export type ReadFile = Readonly<{
  study: string;
  series: string;
  instance: string;
  transferSyntax: string;
  /** The data set as text, so that two can be compared; binary values as their digests. */
  text: string;
  /** Values of Pixel Data: one native value, or the frames of encapsulated pixels. */
  pixels: readonly Buffer[];
}>;

const PIXEL_DATA = '7FE00010';
/** Pixel Padding Value: in Implicit VR dcmjs takes it for US whatever Pixel Representation says. */
const UNSURE = { '00280120': undefined };

export function readDicom(file: Uint8Array): ReadFile {
  const { meta, dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(file).buffer);
  const first = (tag: string) => String(dict[tag]?.Value[0]);
  const pixels = dict[PIXEL_DATA]?.Value ?? [];
  return {
    study: first('0020000D'),
    series: first('0020000E'),
    instance: first('00080018'),
    transferSyntax: String(meta['00020010']?.Value[0]),
    text: JSON.stringify({ ...dict, ...UNSURE }, binaryAsDigest),
    pixels: pixels.map((value) => Buffer.from(value as ArrayBuffer)),
  };
}

const binaryAsDigest = (_name: string, value: unknown): unknown =>
  value instanceof ArrayBuffer ? sha256(new Uint8Array(value)) : value;

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
