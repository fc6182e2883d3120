import { expect, test } from 'vitest';
import { receiptResponse, storedAnswer } from './receipt-answer.js';

const ROOT = 'http://localhost:8080/dicom-web';
const stored = (part: number, study = '1.2') => ({
  part,
  outcome: 'stored',
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  study,
  series: '1.2.3',
  instance: `1.2.3.${part}`,
});
const response = (...outcomes: object[]) => receiptResponse(JSON.stringify({ outcomes }), ROOT);

test('what is stored says where it can be had', () => {
  const { status, module } = response(stored(1));
  expect(status).toBe(200);
  expect(module['00081190']?.Value).toEqual([`${ROOT}/studies/1.2`]);
  expect(module['00081199']?.Value).toEqual([
    {
      '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
      '00081155': { vr: 'UI', Value: ['1.2.3.1'] },
      '00081190': { vr: 'UR', Value: [`${ROOT}/studies/1.2/series/1.2.3/instances/1.2.3.1`] },
    },
  ]);
});
test('the same bytes again are a success', () =>
  expect(response({ ...stored(1), outcome: 'same' }).status).toBe(200));
test('two studies have no one address', () =>
  expect(response(stored(1), stored(2, '1.4')).module['00081190']).toEqual({ vr: 'UR' }));
test('a part that was kept aside is a failure with its reason', () => {
  const aside = { ...stored(2), outcome: 'quarantined', reason: 0x0111 };
  const { status, module } = response(aside, stored(1));
  expect(status).toBe(202);
  expect(module['00081198']?.Value).toMatchObject([{ '00081197': { Value: [0x0111] } }]);
});
test('a part without UIDs is an other failure', () => {
  const nameless = { part: 0, outcome: 'quarantined', instance: '', sopClass: '', reason: 0xc000 };
  const { status, module } = response(nameless);
  expect(status).toBe(409);
  expect(module['0008119A']?.Value).toEqual([{ '00081197': { vr: 'US', Value: [0xc000] } }]);
});
test('outcomes stand in the order of the parts', () => {
  const references = response(stored(2), stored(0), stored(1)).module['00081199']?.Value;
  expect(references).toMatchObject([
    { '00081155': { Value: ['1.2.3.0'] } },
    { '00081155': { Value: ['1.2.3.1'] } },
    { '00081155': { Value: ['1.2.3.2'] } },
  ]);
});
test.each([
  ['of one study is there', [stored(1), stored(2)], `${ROOT}/studies/1.2`],
  [
    'beside what was there already, too',
    [stored(1), { ...stored(2), outcome: 'same' }],
    `${ROOT}/studies/1.2`,
  ],
  ['of two studies is among all', [stored(1), stored(2, '1.4')], `${ROOT}/studies`],
  [
    'beside a refusal is there',
    [stored(1), { part: 2, outcome: 'refused' }],
    `${ROOT}/studies/1.2`,
  ],
  ['is nothing when all was there', [{ ...stored(1), outcome: 'same' }], undefined],
  ['is nothing when all was refused', [{ part: 1, outcome: 'refused' }], undefined],
] as const)('what was created %s (PS3.18 §10.5.3.2)', (_what, outcomes, location) => {
  const { headers } = storedAnswer(JSON.stringify({ outcomes }), { root: ROOT, accept: undefined });
  expect(headers['content-location']).toBe(location);
});
