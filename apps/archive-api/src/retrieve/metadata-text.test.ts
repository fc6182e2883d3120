import { expect, test } from 'vitest';
import { jsonArray, withBulkUrls } from './metadata-text.js';

const URL = 'http://h/dicom-web/studies/1/series/2/instances/3/bulkdata';
const shown = (dataSet: object) =>
  JSON.parse(Buffer.concat(withBulkUrls(Buffer.from(JSON.stringify(dataSet)), URL)).toString());

test('every bulk value gets its address', () =>
  expect(
    shown({
      '00091010': { vr: 'UN', BulkDataURI: 'arkim-bulkdata:00091010' },
      '54000100': {
        vr: 'SQ',
        Value: [{ '54001010': { vr: 'OW', BulkDataURI: 'arkim-bulkdata:54000100/0/54001010' } }],
      },
    }),
  ).toEqual({
    '00091010': { vr: 'UN', BulkDataURI: `${URL}/00091010` },
    '54000100': {
      vr: 'SQ',
      Value: [{ '54001010': { vr: 'OW', BulkDataURI: `${URL}/54000100/0/54001010` } }],
    },
  }));
test('text that looks like a marker stays as it is', () => {
  const comment = { '00204000': { vr: 'LT', Value: ['"BulkDataURI":"arkim-bulkdata:x'] } };
  expect(shown(comment)).toEqual(comment);
});
test('texts become one array', () => {
  expect(jsonArray([]).toString()).toBe('[]');
  expect(jsonArray([[Buffer.from('1')], [Buffer.from('{'), Buffer.from('}')]]).toString()).toBe(
    '[1,{}]',
  );
});
