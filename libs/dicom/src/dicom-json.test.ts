import { expect, test } from 'vitest';
import { type DicomJson, dicomJsonText } from './dicom-json.js';

test('attributes come in ascending order, also where keys look like numbers', () => {
  const dataSet: DicomJson = {
    '00080018': { vr: 'UI', Value: ['1.2'] },
    '30060010': {
      vr: 'SQ',
      Value: [{ '00080005': { vr: 'CS' }, '40080100': { vr: 'LO', Value: ['A"\\'] } }],
    },
    '7FE00010': { vr: 'OW', BulkDataURI: 'x' },
  };
  const text = dicomJsonText(dataSet);
  expect(text.match(/[0-9A-F]{8}(?=":)/g)).toEqual([
    '00080018',
    '30060010',
    '00080005',
    '40080100',
    '7FE00010',
  ]);
  expect(JSON.parse(text)).toEqual(dataSet);
});

test('attributes that were read out of order are put in order', () => {
  const text = dicomJsonText({ '00100020': { vr: 'LO' }, '00080060': { vr: 'CS' } });
  expect(text).toBe('{"00080060":{"vr":"CS"},"00100020":{"vr":"LO"}}');
});

test('items keep their order, empty ones too', () => {
  const dataSet: DicomJson = {
    '00081140': { vr: 'SQ', Value: [{}, { '30060010': { vr: 'CS' }, '00080060': { vr: 'CS' } }] },
  };
  expect(dicomJsonText(dataSet)).toBe(
    '{"00081140":{"vr":"SQ","Value":[{},{"00080060":{"vr":"CS"},"30060010":{"vr":"CS"}}]}}',
  );
});
