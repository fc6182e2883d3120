import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame } from './decode-frame.js';
import { describe16, encodeJpegLossless, encodeRle } from './pixel/encode.testing.js';
import { type EncoderInput, encodeWasm } from './pixel/encode-wasm.testing.js';
import { nativeFrameBytes, type PixelDescription } from './pixel-description.js';

const JPEG = '1.2.840.10008.1.2.4.50';
const JPEG_12 = '1.2.840.10008.1.2.4.51';
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const J2K = '1.2.840.10008.1.2.4.90';
const HTJ2K = '1.2.840.10008.1.2.4.201';
const RLE = '1.2.840.10008.1.2.5';
const DEFLATED_FRAME = '1.2.840.10008.1.2.8.1';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';

const side = { rows: 64, columns: 80 };
const grey16 = describe16(side);
const grey8 = describe16({ ...side, bitsAllocated: 8 });
const colour8 = describe16({ ...side, bitsAllocated: 8, samplesPerPixel: 3 });

const pattern = (it: PixelDescription) =>
  Uint8Array.from({ length: nativeFrameBytes(it) }, (_, at) => (at * 5 + (at >> 6)) & 255);

const inputOf = (it: PixelDescription, bitsPerSample = it.bitsAllocated): EncoderInput => ({
  width: it.columns,
  height: it.rows,
  bitsPerSample,
  componentCount: it.samplesPerPixel,
  isSigned: false,
  isUsingColorTransform: false,
});

const refusal = (reason: string) => ({ ok: false, reason });
const ofGrey = (bytes: Uint8Array) => ({
  ok: true,
  bytes,
  photometricInterpretation: 'MONOCHROME2',
});

test.each([
  [J2K, 'jpeg-2000', grey8],
  [J2K, 'jpeg-2000', grey16],
  [J2K, 'jpeg-2000', colour8],
  [HTJ2K, 'htj2k', grey8],
  [HTJ2K, 'htj2k', grey16],
  [HTJ2K, 'htj2k', colour8],
  [JPEG_LS, 'jpeg-ls', grey8],
  [JPEG_LS, 'jpeg-ls', grey16],
] as const)(
  '%s: what %s encoded without loss comes back (%o)',
  async (transferSyntax, coding, it) => {
    const bytes = await encodeWasm(coding, inputOf(it), pattern(it));
    const frame = await decodeFrame({ transferSyntax, description: it, bytes });
    expect(frame).toMatchObject({ ok: true, bytes: pattern(it) });
  },
);

test.each([0, 1, 2])('JPEG-LS colour comes out by pixel from interleave mode %i', async (mode) => {
  const planes = Uint8Array.from([0, 1, 2].flatMap((plane) => byPlane(pattern(colour8), plane)));
  const source = mode === 0 ? planes : pattern(colour8);
  const bytes = await encodeWasm('jpeg-ls', inputOf(colour8), source, mode);
  const frame = await decodeFrame({ transferSyntax: JPEG_LS, description: colour8, bytes });
  expect(frame).toMatchObject({ ok: true, bytes: pattern(colour8) });
});

const byPlane = (pixels: Uint8Array, plane: number) => [
  ...pixels.filter((_, at) => at % 3 === plane),
];

test('baseline JPEG comes out near what went in, colour as RGB', async () => {
  const flat = pattern(colour8).map((_, at) => [200, 100, 50][at % 3] ?? 0);
  const bytes = await encodeWasm('jpeg', inputOf(colour8), flat);
  const description = { ...colour8, photometricInterpretation: 'YBR_FULL_422' };
  const frame = await decodeFrame({ transferSyntax: JPEG, description, bytes });
  if (!frame.ok) throw new Error(frame.reason);
  expect(frame.photometricInterpretation).toBe('RGB');
  for (const [at, value] of frame.bytes.entries())
    expect(Math.abs(value - (flat[at] ?? 0))).toBeLessThanOrEqual(3);
});

test('lossless JPEG samples of 12 bits are sign-extended where the pixels are signed', async () => {
  const it = describe16({ rows: 1, columns: 3, bitsStored: 12, pixelRepresentation: 1 });
  const bytes = encodeJpegLossless(it, [0, 0xfff, 0x800], {
    predictor: 1,
    pointTransform: 0,
    restartRows: 0,
    precision: 12,
    isInterleaved: true,
  });
  const frame = await decodeFrame({ transferSyntax: JPEG_LOSSLESS, description: it, bytes });
  expect(frame).toEqual(ofGrey(Uint8Array.of(0, 0, 0xff, 0xff, 0x00, 0xf8)));
});

test.each([
  ['jpeg-2000', J2K],
  ['htj2k', HTJ2K],
] as const)('signed %s samples of 8 bits keep their sign', async (coding, transferSyntax) => {
  const it = { ...grey8, pixelRepresentation: 1 };
  const unsigned = await encodeWasm(coding, inputOf(it), pattern(it));
  const signed = unsigned.slice();
  signed[42] = 0x87;
  const frame = await decodeFrame({ transferSyntax, description: it, bytes: signed });
  expect(frame).toEqual(ofGrey(pattern(it).map((value) => value ^ 0x80)));
});

test('8-bit samples fill cells of 16 bits', async () => {
  const bytes = await encodeWasm('jpeg-2000', inputOf(grey8), pattern(grey8));
  const frame = await decodeFrame({ transferSyntax: J2K, description: grey16, bytes });
  const wide = Uint8Array.from([...pattern(grey8)].flatMap((value) => [value, 0]));
  expect(frame).toEqual(ofGrey(wide));
});

test('one-bit samples are packed, the first in the lowest bit', async () => {
  const it = describe16({ ...side, bitsAllocated: 1 });
  const samples = Uint8Array.from({ length: 64 * 80 }, (_, at) => Number(at % 8 < 2));
  const j2k = await encodeWasm('jpeg-2000', inputOf(it), samples);
  const frame = await decodeFrame({ transferSyntax: J2K, description: it, bytes: j2k });
  expect(frame).toEqual(ofGrey(new Uint8Array(640).fill(0b11)));
});

test('a JP2 file in the place of a codestream is read', async () => {
  const codestream = await encodeWasm('jpeg-2000', inputOf(grey8), pattern(grey8));
  const signature = Buffer.from('0000000c6a5020200d0a870a', 'hex');
  const box = Buffer.from('000000006a703263', 'hex');
  const bytes = Buffer.concat([signature, box, codestream]);
  const frame = await decodeFrame({ transferSyntax: J2K, description: grey8, bytes });
  expect(frame).toEqual(ofGrey(pattern(grey8)));
});

test('RLE, deflated and native frames come out by pixel', async () => {
  const native = pattern(colour8);
  const rle = { transferSyntax: RLE, description: colour8, bytes: encodeRle(colour8, native) };
  expect(await decodeFrame(rle)).toMatchObject({ ok: true, bytes: native });
  const planes = Uint8Array.from([0, 1, 2].flatMap((plane) => byPlane(native, plane)));
  const description = { ...colour8, planarConfiguration: 1 };
  for (const [transferSyntax, bytes] of [
    [EXPLICIT, planes],
    [DEFLATED_FRAME, deflateRawSync(planes)],
  ] as const)
    expect(await decodeFrame({ transferSyntax, description, bytes })).toMatchObject({
      ok: true,
      bytes: native,
    });
});

test('big endian words are swapped, big endian bytes are not', async () => {
  const transferSyntax = BIG_ENDIAN;
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const words = describe16({ rows: 1, columns: 2 });
  const swapped = ofGrey(Uint8Array.of(2, 1, 4, 3));
  expect(await decodeFrame({ transferSyntax, description: words, bytes })).toEqual(swapped);
  const octets = describe16({ rows: 1, columns: 4, bitsAllocated: 8 });
  expect(await decodeFrame({ transferSyntax, description: octets, bytes })).toEqual(ofGrey(bytes));
  const description = { ...octets, pixelDataVr: 'OW' as const };
  expect(await decodeFrame({ transferSyntax, description, bytes })).toEqual(swapped);
});

test('an encoded frame of other size or depth than described is refused before it is decoded', async () => {
  const bytes = await encodeWasm('jpeg-2000', inputOf(grey16), pattern(grey16));
  for (const differs of [
    { rows: 63 },
    { columns: 81 },
    { samplesPerPixel: 3 },
    { bitsAllocated: 8, bitsStored: 8 },
  ])
    expect(
      await decodeFrame({ transferSyntax: J2K, description: { ...grey16, ...differs }, bytes }),
    ).toEqual(refusal('mismatch'));
});

test('a frame above the bound is refused', async () => {
  const frame = { transferSyntax: RLE, description: grey16, bytes: new Uint8Array(64) };
  expect(await decodeFrame({ ...frame, frameBytesMax: 10_239 })).toEqual(refusal('too-large'));
});

test('a deflated frame that inflates beyond its native size is refused', async () => {
  const bytes = deflateRawSync(new Uint8Array(1_000_000));
  const frame = { transferSyntax: DEFLATED_FRAME, description: grey8, bytes };
  expect(await decodeFrame(frame)).toEqual(refusal('corrupt'));
});

test('a description that no image can have is refused', async () => {
  for (const differs of [
    { rows: 0 },
    { columns: 70000 },
    { bitsAllocated: 12 },
    { samplesPerPixel: 9 },
  ])
    expect(
      await decodeFrame({
        transferSyntax: EXPLICIT,
        description: { ...grey16, ...differs },
        bytes: new Uint8Array(10),
      }),
    ).toEqual(refusal('bad-description'));
});

test('progressive 12-bit JPEG, video and unknown syntaxes have no codec', async () => {
  const sof = '000b0c00400050010111 00'.replace(' ', '');
  const bytes = Buffer.from(`ffd8ffc2${sof}`, 'hex');
  for (const transferSyntax of [JPEG_12, '1.2.840.10008.1.2.4.102', '1.2.3'])
    expect(await decodeFrame({ transferSyntax, description: grey16, bytes })).toEqual(
      refusal('no-codec'),
    );
});

test.each([
  ['jpeg-2000', J2K, grey16],
  ['htj2k', HTJ2K, grey16],
  ['jpeg-ls', JPEG_LS, grey16],
  ['jpeg', JPEG, colour8],
] as const)(
  'a cut %s frame is refused, and the next one is decoded',
  async (coding, transferSyntax, it) => {
    const whole = await encodeWasm(coding, inputOf(it), pattern(it));
    for (const part of [0, 0.1, 0.5, 0.9]) {
      const bytes = whole.subarray(0, Math.floor(whole.length * part));
      expect(await decodeFrame({ transferSyntax, description: it, bytes })).toEqual(
        refusal('corrupt'),
      );
    }
    expect(await decodeFrame({ transferSyntax, description: it, bytes: whole })).toMatchObject({
      ok: true,
    });
  },
);

test.each([
  ['jpeg-2000', J2K, grey16],
  ['htj2k', HTJ2K, grey16],
  ['jpeg-ls', JPEG_LS, grey16],
  ['jpeg', JPEG, colour8],
] as const)(
  'corrupt %s bytes give an answer, never a fault',
  async (coding, transferSyntax, it) => {
    const whole = await encodeWasm(coding, inputOf(it), pattern(it));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        const frame = await decodeFrame({ transferSyntax, description: it, bytes });
        expect(frame.ok ? frame.bytes.length : frame.reason.length).toBeGreaterThan(0);
      }),
      { numRuns: 20 },
    );
  },
);
