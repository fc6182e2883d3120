import { expect, test } from 'vitest';
import { rowRoots } from './row-roots.js';

const addressing = { root: 'http://x/dicom-web', ownClaim: (study: string) => `own-${study}` };

test('what another hospital holds goes by its exact address, and so does the own claim beside it', () => {
  const rows = [
    { study_uid: '1', place: '' },
    { study_uid: '1', place: 'claim-b' },
    { study_uid: '2' },
    { study_uid: '3', place: 'claim-c' },
  ];
  expect(rows.map(rowRoots(rows, addressing))).toEqual([
    'http://x/dicom-web/claims/own-1',
    'http://x/dicom-web/claims/claim-b',
    'http://x/dicom-web',
    'http://x/dicom-web/claims/claim-c',
  ]);
});
