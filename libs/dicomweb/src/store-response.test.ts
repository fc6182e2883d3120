import { expect, test } from 'vitest';
import { FailureReason, WarningReason } from './failure-reason.js';
import { storeResponse } from './store-response.js';

const stored = {
  sopClass: '1.2',
  sopInstance: '1.2.3',
  stored: true,
  retrieveUrl: 'http://a/i',
} as const;
const failed = {
  sopClass: '1.2',
  sopInstance: '1.2.4',
  stored: false,
  failure: FailureReason.DuplicateSopInstance,
} as const;
const nameless = { stored: false, failure: FailureReason.CannotUnderstand } as const;

test('all stored is 200, and says where', () =>
  expect(storeResponse([stored], 'http://a/s')).toEqual({
    status: 200,
    module: {
      '00081190': { vr: 'UR', Value: ['http://a/s'] },
      '00081199': {
        vr: 'SQ',
        Value: [
          {
            '00081150': { vr: 'UI', Value: ['1.2'] },
            '00081155': { vr: 'UI', Value: ['1.2.3'] },
            '00081190': { vr: 'UR', Value: ['http://a/i'] },
          },
        ],
      },
    },
  }));

test('some stored is 202, each failure with its reason', () => {
  const { status, module } = storeResponse([stored, failed], undefined);
  expect(status).toBe(202);
  expect(module['00081190']).toEqual({ vr: 'UR' });
  expect(module['00081198']).toEqual({
    vr: 'SQ',
    Value: [
      {
        '00081150': { vr: 'UI', Value: ['1.2'] },
        '00081155': { vr: 'UI', Value: ['1.2.4'] },
        '00081197': { vr: 'US', Value: [0x0111] },
      },
    ],
  });
});

test('a warning makes it 202', () => {
  const { status, module } = storeResponse(
    [{ ...stored, warning: WarningReason.Coerced }],
    undefined,
  );
  expect(status).toBe(202);
  expect(module['00081199']?.Value?.[0]).toMatchObject({
    '00081196': { vr: 'US', Value: [0xb000] },
  });
});

test('none stored is 409', () => expect(storeResponse([failed], undefined).status).toBe(409));

test('what could not be named is an other failure', () => {
  const { module } = storeResponse([nameless], undefined);
  expect(module).toEqual({
    '00081190': { vr: 'UR' },
    '0008119A': { vr: 'SQ', Value: [{ '00081197': { vr: 'US', Value: [0xc000] } }] },
  });
});

test('an instance whose class is unknown still is named', () =>
  expect(
    storeResponse([{ ...nameless, sopInstance: '1.9' }], undefined).module['00081198']?.Value?.[0],
  ).toMatchObject({
    '00081150': { vr: 'UI' },
    '00081155': { vr: 'UI', Value: ['1.9'] },
  }));

test('every failure reason is a code of its own within two bytes', () => {
  const codes = Object.values(FailureReason);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => code > 0 && code <= 0xffff)).toBe(true);
});
