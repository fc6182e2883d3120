import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { multipart } from '../acceptance/multipart.js';

const FOLDER = resolve(import.meta.dirname, '../../../shared/dicom');

/** A study of public files, by names in the shared folder, and how the viewer shows it. */
export type Shown = Readonly<{ name: string; study: string; files: readonly string[] }>;

export const MR: Shown = {
  name: 'mr',
  study: '1.2.392.200036.9116.4.2.9143.1467.20191203091257574.1.2',
  files: [1, 2, 3, 4].map((number) => `dcm_qa_toshiba/000${number}.dcm`),
};
export const ENHANCED_MR: Shown = {
  name: 'enhanced-mr',
  study: '1.2.826.0.1.3680043.2.1143.3365540476747857567072393009509418480',
  files: ['pydicom-data/emri_small.dcm'],
};
export const ULTRASOUND: Shown = {
  name: 'ultrasound-34-frames',
  study: '1.2.840.113857.1626.160635.1727.151815',
  files: ['go-dicom/I_000001.dcm'],
};
export const MAMMOGRAM: Shown = {
  name: 'mammogram',
  study: '1.3.6.1.4.1.5962.1.2.3.20040826185059.5457',
  files: ['dicom-test-files/JPLY__MG1_JPLY'],
};
export const MG: Shown = {
  name: 'mg',
  study: '111',
  files: ['healthcare-dicom-dicomweb-adapter/example-mg.dcm'],
};
export const JPEG_LS: Shown = {
  name: 'jpeg-ls',
  study: '1.3.6.1.4.1.5962.1.2.4.20040826185059.5457',
  files: ['pydicom/MR_small_jpeg_ls_lossless.dcm'],
};
export const SEGMENTATION: Shown = {
  name: 'segmentation',
  study: '1.2.392.200103.20080913.113635.0.2009.6.22.21.43.10.22941.1',
  files: ['dcmqi/ct-3slice__01.dcm', 'dcmqi/02.dcm', 'dcmqi/03.dcm', 'pydicom-data/liver.dcm'],
};
export const PDF: Shown = {
  name: 'pdf',
  study: '2.16.840.1.113662.2.1.53544936282433.12345.336.16650',
  files: ['dcmjs-dimse/pdf.dcm'],
};
export const WHOLE_SLIDE: Shown = {
  name: 'whole-slide',
  study: '1.2.826.0.1.3680043.9.7433.3.82970457260936734119270346325882945',
  files: ['highdicom/sm_image.dcm'],
};

/** Stores a study as a modality does. */
export async function storeShown({ files }: Shown, origin: string, token: string): Promise<void> {
  const { headers, body } = multipart(files.map((file) => readFileSync(join(FOLDER, file))));
  const answer = await fetch(`${origin}/dicom-web/studies`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${token}`, accept: 'application/dicom+json' },
    body,
  });
  await answer.body?.cancel();
  if (answer.status !== 200) throw new Error(`not stored (${answer.status}): ${files}`);
}
