import { expect, test } from 'vitest';
import { pickAttributes, withoutBulkdata } from './pick-attributes.js';

const code = (meaning: string) => ({
  '00080100': { vr: 'SH', Value: ['C'] },
  '00080104': { vr: 'LO', Value: [meaning] },
  '00660001': { vr: 'OB', BulkDataURI: 'x' },
});
const header = {
  '00080060': { vr: 'CS', Value: ['CT'] },
  '0040A730': {
    vr: 'SQ',
    Value: [{ '0040A043': { vr: 'SQ', Value: [code('a'), code('b')] } }, {}],
  },
  '7FE00010': { vr: 'OW', BulkDataURI: 'x' },
};
const picked = (...paths: readonly string[]) =>
  pickAttributes(
    header,
    paths.map((path) => path.split('.')),
  );

test('what is not there is not picked', () => {
  expect(picked('00080060', '00080061')).toEqual({ '00080060': { vr: 'CS', Value: ['CT'] } });
  expect(picked()).toEqual({});
});
test('a path into sequences gives their items with what is asked of them', () => {
  const meaning = (text: string) => ({ '00080104': { vr: 'LO', Value: [text] } });
  expect(picked('0040A730.0040A043.00080104')).toEqual({
    '0040A730': {
      vr: 'SQ',
      Value: [{ '0040A043': { vr: 'SQ', Value: [meaning('a'), meaning('b')] } }, {}],
    },
  });
});
test('a sequence that is asked for as such comes whole, whatever else is asked of it', () =>
  expect(picked('0040A730.0040A043.00080104', '0040A730')).toEqual({
    '0040A730': header['0040A730'],
  }));
test('values that only an address names are left out at every depth', () =>
  expect(JSON.stringify(withoutBulkdata(header))).not.toContain('BulkDataURI'));
