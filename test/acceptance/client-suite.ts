import { describe, expect, test } from 'vitest';
import { ctSlice, part10 } from '../support/part10.js';
import type { RunningArchive } from './archive.js';
import { type DicomJson, firstOf } from './ask.js';
import { bytesOf, type DicomWebClient, dicomWebClient } from './dicom-web-client.js';
import { type ReadFile, readDicom, sha256 } from './read-dicom.js';
import { SAMPLES, sampleNamed } from './samples.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const AS_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*';

const path = ({ study, series, instance }: ReadFile) => ({
  studyInstanceUID: study,
  seriesInstanceUID: series,
  sopInstanceUID: instance,
});

/** What a viewer does, with the public client that viewers use. */
export function clientSuite(archive: () => RunningArchive): void {
  const clientOf = async (hospital: string, accept?: string): Promise<DicomWebClient> => {
    const roles = ['modality', 'radiologist'];
    return dicomWebClient(
      archive().origin,
      await archive().token({ org: hospital, roles }),
      accept,
    );
  };

  describe('dicomweb-client', () => {
    test.each(SAMPLES)('finds $hospital/$name on every level', async ({ hospital, bytes }) => {
      const client = await clientOf(hospital);
      const file = readDicom(bytes);
      const { study, series, instance } = file;
      const queryParams = { StudyInstanceUID: study };
      const studies = await client.searchForStudies({ queryParams });
      expect(studies.map((found) => firstOf(found, '0020000D'))).toEqual([study]);
      const within = await client.searchForSeries({ studyInstanceUID: study });
      expect(within.map((found) => firstOf(found, '0020000E'))).toContain(series);
      const instances = await client.searchForInstances(path(file));
      expect(instances.map((found) => firstOf(found, '00080018'))).toContain(instance);
    });

    test.each(SAMPLES)('gets $hospital/$name back', async ({ hospital, bytes }) => {
      const file = readDicom(bytes);
      const asStored = await clientOf(hospital, AS_STORED);
      const stored = bytesOf(await asStored.retrieveInstance(path(file)));
      const byDefault = await clientOf(hospital);
      const usual = bytesOf(await byDefault.retrieveInstance(path(file)));
      if (file.transferSyntax === IMPLICIT) expect(readDicom(stored).text).toBe(file.text);
      else expect(sha256(stored)).toBe(sha256(bytes));
      if (file.transferSyntax === EXPLICIT) expect(sha256(usual)).toBe(sha256(bytes));
      const { study, series, instance } = readDicom(usual);
      expect([study, series, instance]).toEqual([file.study, file.series, file.instance]);
    });

    test('gets the metadata of a study, a series and an instance', async () => {
      const client = await clientOf('HOSP-B');
      const file = readDicom(sampleNamed('mr-head/01.dcm').bytes);
      const ofStudy = await client.retrieveStudyMetadata(path(file));
      const ofSeries = await client.retrieveSeriesMetadata(path(file));
      const ofInstance = await client.retrieveInstanceMetadata(path(file));
      expect(ofStudy).toHaveLength(4);
      expect(ofSeries).toEqual(ofStudy);
      expect(ofInstance).toHaveLength(1);
      expect(ofSeries).toContainEqual(ofInstance[0]);
      expect(firstOf(ofInstance[0], '00080018')).toBe(file.instance);
    });

    test('gets all instances of a study and of a series', async () => {
      const client = await clientOf('HOSP-B');
      const files = SAMPLES.filter(({ name }) => name.startsWith('mr-head/'));
      const digests = files.map(({ bytes }) => sha256(bytes)).sort();
      const [first] = files;
      if (first === undefined) throw new Error('no samples');
      const file = readDicom(first.bytes);
      const study = await client.retrieveStudy(path(file));
      const series = await client.retrieveSeries(path(file));
      for (const parts of [study, series])
        expect(parts.map((part) => sha256(bytesOf(part))).sort()).toEqual(digests);
    });

    test('gets frames of native pixels, one and a list in the order asked for', async () => {
      const client = await clientOf('HOSP-B');
      const file = readDicom(sampleNamed('mr-enhanced/01.dcm').bytes);
      const [pixels] = file.pixels;
      const bytes = (pixels?.length ?? 0) / 6;
      const frames = await client.retrieveInstanceFrames({
        ...path(file),
        frameNumbers: [6, 1, 3],
      });
      expect(frames.map(bytesOf)).toEqual(
        [5, 0, 2].map((index) => pixels?.subarray(index * bytes, (index + 1) * bytes)),
      );
    });

    test('gets compressed frames as they are stored', async () => {
      const clip = readDicom(sampleNamed('us-clip/01.dcm').bytes);
      const client = await clientOf('HOSP-B');
      const frames = await client.retrieveInstanceFrames({
        ...path(clip),
        frameNumbers: [1, 30],
        mediaTypes: [{ mediaType: 'image/jpeg', transferSyntaxUID: '1.2.840.10008.1.2.4.50' }],
      });
      expect(frames.map((frame) => sha256(bytesOf(frame)))).toEqual(
        [clip.pixels[0], clip.pixels[29]].map((frame) => sha256(frame as Buffer)),
      );
    });

    test.each(['HOSP-A us-jpeg2000/01.dcm', 'HOSP-C mr-rle/01.dcm'])(
      'gets the frame of %s uncompressed, equal to that in the uncompressed instance',
      async (label) => {
        const [hospital = '', name = ''] = label.split(' ');
        const client = await clientOf(hospital);
        const file = readDicom(sampleNamed(name).bytes);
        const [frame] = await client.retrieveInstanceFrames({
          ...path(file),
          frameNumbers: [1],
        });
        const whole = readDicom(bytesOf(await client.retrieveInstance(path(file))));
        expect(whole.transferSyntax).toBe(EXPLICIT);
        expect(sha256(bytesOf(frame))).toBe(sha256(whole.pixels[0] as Buffer));
      },
    );

    test('gets bulk data by the address that the metadata give', async () => {
      const client = await clientOf('HOSP-A');
      const file = readDicom(sampleNamed('ct-small/01.dcm').bytes);
      const [metadata] = await client.retrieveInstanceMetadata(path(file));
      const BulkDataURI = metadata?.['7FE00010']?.BulkDataURI ?? '';
      const [value] = await client.retrieveBulkData({ BulkDataURI });
      expect(sha256(bytesOf(value))).toBe(sha256(file.pixels[0] as Buffer));
    });

    test('stores instances, which are findable when it is answered', async () => {
      const client = await clientOf('HOSP-A');
      const files = [1, 2, 3].map((number) =>
        part10(ctSlice({ study: '1.2.9.1', series: '1.2.9.1.1', instance: `1.2.9.1.1.${number}` })),
      );
      const datasets = files.map((file) => new Uint8Array(file).buffer);
      const answer = await client.storeInstances({ datasets });
      const module = JSON.parse(answer) as DicomJson;
      expect(module['00081199']?.Value).toHaveLength(3);
      const found = await client.searchForInstances({ studyInstanceUID: '1.2.9.1' });
      expect(found).toHaveLength(3);
    });
  });
}
