import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCodedImage } from '#dicom/coded-image';
import { transferSyntaxOf } from '#dicom/transfer-syntax';
import { SAMPLES, sampleFiles } from '../support/judges/files.js';
import { readBuffer } from './rewritten.js';
import { isEncapsulated } from './source-of-file.js';

const HEAD_BYTES_MAX = 256 * 1024;
const CODINGS = ['jpeg', 'jpeg-ls', 'jpeg-2000', 'htj2k'];

const J2K = '1.2.840.10008.1.2.4.9';
/** Reversible coding under the general syntax, which may be; one file that says lossless and isn't; a retired process; frames that are no JPEG. */
const KNOWN: readonly string[] = [
  `cornerstone3D/CTImage.dcm_JPEG2000TransferSyntax_${J2K}1.dcm: ${J2K}0,512,512,1 ${J2K}1,512,512,1`,
  'cornerstone3D/CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm: ,,, 1.2.840.10008.1.2.4.55,512,512,1',
  `dicom-server/JPEG2000Lossless.dcm: ${J2K}1,434,636,3 ${J2K}0,434,636,3`,
  ...['example-mg', 'example', 'example2'].map(
    (name) => `healthcare-dicom-dicomweb-adapter/${name}.dcm: ,,, 1.2.840.10008.1.2.4.50,500,500,3`,
  ),
  `pydicom/693_J2KI.dcm: ${J2K}0,512,512,1 ${J2K}1,512,512,1`,
  `pydicom/SC_rgb_gdcm_KY.dcm: ${J2K}0,100,100,3 ${J2K}1,100,100,3`,
];

test('the head of a compressed frame says what the file around it says', async () => {
  const differing: string[] = [];
  let compared = 0;
  for (const file of sampleFiles().filter((name) => !name.startsWith('broken/'))) {
    const bytes = readFileSync(join(SAMPLES, file));
    const read = await readBuffer(bytes);
    if (!read.ok || !isEncapsulated(read.header)) continue;
    const { header } = read;
    if (!CODINGS.includes(transferSyntaxOf(header.transferSyntax)?.coding ?? '')) continue;
    const [start = 0, length = 0] = header.pixelData?.fragments?.places ?? [];
    const image = readCodedImage(bytes.subarray(start, start + Math.min(length, HEAD_BYTES_MAX)));
    const value = (tag: string) => header.dataSet[tag]?.Value?.[0];
    const ours = [image?.transferSyntax, image?.rows, image?.columns, image?.samples].join();
    const theirs = [
      header.transferSyntax,
      value('00280010'),
      value('00280011'),
      value('00280002'),
    ].join();
    compared += 1;
    if (ours !== theirs) differing.push(`${file}: ${ours} ${theirs}`);
  }
  expect(differing).toEqual(KNOWN);
  expect(compared).toBeGreaterThan(50);
});
