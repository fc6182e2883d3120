import { expect, test } from 'vitest';
import type { DicomJson } from '#dicom/dicom-json';
import { bestOf, isReport, statusIn } from './report-status.js';

const COMPREHENSIVE = '1.2.840.10008.5.1.4.1.1.88.33';
const PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const DOSE = '1.2.840.10008.5.1.4.1.1.88.67';
const KEY_OBJECT = '1.2.840.10008.5.1.4.1.1.88.59';

const header = (completion: string, verification: string): DicomJson => ({
  '0040A491': { vr: 'CS', Value: [completion] },
  '0040A493': { vr: 'CS', Value: [verification] },
});

test('texts and documents are reports; doses and key objects are none', () =>
  expect([COMPREHENSIVE, PDF, DOSE, KEY_OBJECT].map(isReport)).toEqual([true, true, false, false]));
test.each([
  [COMPREHENSIVE, header('COMPLETE', 'VERIFIED'), 'verified'],
  [COMPREHENSIVE, header('PARTIAL', 'VERIFIED'), 'unverified'],
  [COMPREHENSIVE, header('COMPLETE', 'UNVERIFIED'), 'unverified'],
  [COMPREHENSIVE, {}, 'unverified'],
  [PDF, {}, 'there'],
])('%s %j is %s', (sopClass, said, status) => expect(statusIn(sopClass, said)).toBe(status));
test('the report that says most counts', () => {
  expect(bestOf(['there', 'unverified', 'verified'])).toBe('verified');
  expect(bestOf([])).toBe('none');
});
