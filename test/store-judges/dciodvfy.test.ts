import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SAMPLES } from '../support/judges/files.js';
import { writeSamples } from './written-files.js';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

let samples: Awaited<ReturnType<typeof writeSamples>>;
beforeAll(async () => {
  samples = await writeSamples();
});
afterAll(() => samples.remove());

/** The errors that dciodvfy finds, without the places where it finds them; it exits with 1 when there are any. Undefined where it breaks down. */
async function errorsOf(path: string): Promise<ReadonlySet<string> | undefined> {
  const options = { maxBuffer: OUTPUT_BYTES_MAX, encoding: 'latin1' } as const;
  const { stderr } = await run('dciodvfy', [path], options).catch(
    (error: Error & { stderr?: string; code?: unknown; signal?: unknown }) => {
      if (error.signal === 'SIGABRT') return { stderr: undefined };
      if (typeof error.code !== 'number' || error.stderr === undefined) throw error;
      return { stderr: error.stderr };
    },
  );
  if (stderr === undefined) return undefined;
  const errors = stderr.split('\n').filter((line) => line.startsWith('Error'));
  return new Set(errors.map((line) => line.replace(/ (0x[0-9a-f]+|\d+) dec/g, '')));
}

const LATERALITY =
  'Error - Missing attribute Type 2C Conditional Element=<Laterality> Module=<GeneralSeries>';
const MEDIA_STORAGE = '(0x0002,0x0003)';
/** Deflated files, which dciodvfy reads only once they are written plain; and a file whose own file meta hides its SOP Instance UID. */
const KNOWN: readonly string[] = [
  `dicom-server/DeflatedExplicitVRLittleEndian.dcm: ${LATERALITY}`,
  'dicom-server/DeflatedExplicitVRLittleEndian.dcm: Error - Missing attribute Type 2C Conditional Element=<PatientOrientation> Module=<GeneralImage>',
  'dicomParser/wave_dfl: Error - Missing attribute Type 1 Required Element=<ValueType> Module=<ContentItemMacro>',
  'dicomParser/wave_dfl: Error - Attribute present when condition unsatisfied (which may not be present otherwise) Type 1C Conditional Element=<ConceptCodeSequence> Module=<ContentItemMacro>',
  `fo-dicom/CR-ModalitySequenceLUT.dcm: Error - Illegal root for UID - "999.999.01.23.45.6789" in ${MEDIA_STORAGE} Media Storage SOP Instance UID`,
  `fo-dicom/CR-ModalitySequenceLUT.dcm: Error - Value invalid for this VR - ${MEDIA_STORAGE} UI Media Storage SOP Instance UID  UI [1] = <999.999.01.23.45.6789> - Leading zeroes in embedded numeric component(s)`,
  `pydicom/image_dfl.dcm: ${LATERALITY}`,
];

test('dciodvfy finds no error in a written file that the file itself does not have', async () => {
  const found: string[] = [];
  let compared = 0;
  for (const { file, written } of samples.files) {
    const before = await errorsOf(join(SAMPLES, file));
    const after = await errorsOf(written);
    if (before === undefined || after === undefined) continue;
    compared += 1;
    for (const error of after) if (!before.has(error)) found.push(`${file}: ${error}`);
  }
  expect(found).toEqual(KNOWN);
  expect(compared).toBeGreaterThan(450);
});
