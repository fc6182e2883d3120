import { expect, test } from 'vitest';
import { TransferSyntaxUid, transferSyntaxes, transferSyntaxOf } from './transfer-syntax.js';

test('every transfer syntax that the code names is in the table', () => {
  for (const uid of Object.values(TransferSyntaxUid)) expect(transferSyntaxOf(uid)?.uid).toBe(uid);
});

test('every encapsulated transfer syntax is Explicit VR Little Endian (PS3.5 §A.4)', () => {
  for (const syntax of transferSyntaxes().filter(({ encapsulated }) => encapsulated))
    expect([syntax.uid, syntax.encoding]).toEqual([
      syntax.uid,
      { explicit: true, bigEndian: false },
    ]);
});

test('native pixels never lose anything and are an octet stream', () => {
  for (const syntax of transferSyntaxes().filter(({ coding }) => coding === 'native'))
    expect([syntax.lossy, syntax.mediaType]).toEqual([false, 'application/octet-stream']);
});

test('a UID stands in the table once', () => {
  const uids = transferSyntaxes().map(({ uid }) => uid);
  expect(new Set(uids).size).toBe(uids.length);
});

test('the frame media types are those of PS3.18 §8.7.3.5', () => {
  const mediaTypes = ['50', '70', '80', '90', '92', '201', '110', '102'].map(
    (suffix) => transferSyntaxOf(`1.2.840.10008.1.2.4.${suffix}`)?.mediaType,
  );
  expect(mediaTypes).toEqual([
    'image/jpeg',
    'image/jpeg',
    'image/jls',
    'image/jp2',
    'image/jpx',
    'image/jphc',
    'image/jxl',
    'video/mp4',
  ]);
  expect(transferSyntaxOf(TransferSyntaxUid.RLELossless)?.mediaType).toBe('image/dicom-rle');
});
