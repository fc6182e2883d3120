import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertFrame } from './convert-frame.js';
import { encodableSyntaxes, encodedForm } from './encoded-form.js';
import { describe16 } from './pixel/encode.testing.js';
import { nativeFrameBytes, type PixelDescription } from './pixel-description.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

const EXPLICIT = TransferSyntaxUid.ExplicitVRLittleEndian;

const layouts = fc.constantFrom<Partial<PixelDescription>>(
  { bitsAllocated: 16, bitsStored: 12 },
  { bitsAllocated: 16, bitsStored: 12, pixelRepresentation: 1 },
  { bitsAllocated: 16 },
  { bitsAllocated: 16, pixelRepresentation: 1 },
  { bitsAllocated: 16, bitsStored: 8 },
  { bitsAllocated: 8 },
  { bitsAllocated: 8, pixelRepresentation: 1 },
  { bitsAllocated: 8, bitsStored: 1 },
  { bitsAllocated: 8, photometricInterpretation: 'PALETTE COLOR' },
  { bitsAllocated: 8, samplesPerPixel: 3 },
  { bitsAllocated: 8, samplesPerPixel: 3, planarConfiguration: 1 },
  { bitsAllocated: 16, samplesPerPixel: 3 },
  { bitsAllocated: 8, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL' },
);

const frames = fc
  .record({
    layout: layouts,
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 140 }),
    seed: fc.integer(),
    noise: fc.constantFrom(0, 1, 7, 255),
  })
  .map(({ layout, rows, columns, seed, noise }) => {
    const it = describe16({ rows, columns, ...layout });
    return { it, native: pixels(it, seed, noise) };
  });

/** Cells of which some hold more than Bits Stored when there is much noise. */
function pixels(it: PixelDescription, seed: number, noise: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: nativeFrameBytes(it) }, (_, at) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return (at >> 5) ^ ((state >>> 16) & noise);
  });
}

test('what is encoded comes back bit by bit, in every syntax that takes it', async () => {
  await fc.assert(
    fc.asyncProperty(frames, async ({ it, native }) => {
      const same = await convertFrame({ transferSyntax: EXPLICIT, description: it, bytes: native });
      expect(same.ok).toBe(true);
      for (const target of encodableSyntaxes(EXPLICIT, it)) {
        const frame = { transferSyntax: EXPLICIT, description: it, bytes: native, target };
        const encoded = await convertFrame(frame);
        if (!encoded.ok) throw new Error(`${target}: ${encoded.reason}`);
        const { photometricInterpretation, bytes } = encoded;
        const description = { ...it, photometricInterpretation };
        const back = await convertFrame({ transferSyntax: target, description, bytes });
        expect([target, back]).toEqual([target, same]);
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('each form is offered only where PS3.5 §8.2 and the encoder allow it', () => {
  const offered = (differs: Partial<PixelDescription>) =>
    encodableSyntaxes(EXPLICIT, describe16(differs)).map((uid) => uid.slice(17));
  expect(offered({})).toEqual(['.4.70', '.5', '.4.80', '.4.90', '.4.201', '.4.57']);
  expect(offered({ samplesPerPixel: 3 })).toEqual(['.4.70', '.5', '.4.80', '.4.57']);
  expect(offered({ bitsAllocated: 32 })).toEqual([]);
  expect(offered({ bitsAllocated: 1 })).toEqual([]);
  expect(offered({ samplesPerPixel: 4 })).toEqual([]);
  expect(offered({ photometricInterpretation: '' })).toEqual([]);
  const colour = { samplesPerPixel: 3, bitsAllocated: 8 };
  expect(offered({ ...colour, photometricInterpretation: 'YBR_PARTIAL_422' })).toEqual([]);
  expect(offered({ ...colour, photometricInterpretation: 'YBR_FULL_422' })).toEqual([
    '.4.70',
    '.5',
    '.4.80',
    '.4.57',
  ]);
});

test('colour says how it was transformed and laid out', () => {
  const it = describe16({ samplesPerPixel: 3, bitsAllocated: 8, planarConfiguration: 1 });
  const { JPEG2000Lossless, RLELossless, JPEGLSLossless } = TransferSyntaxUid;
  expect(encodedForm(JPEG2000Lossless, EXPLICIT, it)).toEqual({
    photometricInterpretation: 'YBR_RCT',
    planarConfiguration: 0,
  });
  expect(encodedForm(RLELossless, EXPLICIT, it)?.planarConfiguration).toBe(1);
  expect(encodedForm(JPEGLSLossless, EXPLICIT, it)?.photometricInterpretation).toBe('RGB');
});

test('overlays above Bits Stored survive, in a stream of all bits allocated', async () => {
  const description = describe16({ rows: 1, columns: 2, bitsStored: 12 });
  const bytes = Uint8Array.of(1, 0xf2, 3, 0x04);
  for (const target of encodableSyntaxes(EXPLICIT, description)) {
    const encoded = await convertFrame({ transferSyntax: EXPLICIT, description, bytes, target });
    if (!encoded.ok) throw new Error(encoded.reason);
    const frame = { transferSyntax: target, description, bytes: encoded.bytes };
    expect(await convertFrame(frame)).toMatchObject({ bytes });
  }
});

test('half chroma becomes full before it is encoded', async () => {
  const description = describe16({
    rows: 1,
    columns: 4,
    samplesPerPixel: 3,
    bitsAllocated: 8,
    photometricInterpretation: 'YBR_FULL_422',
  });
  const encoded = await convertFrame({
    transferSyntax: EXPLICIT,
    description,
    bytes: Uint8Array.of(1, 2, 10, 20, 3, 4, 30, 40),
    target: TransferSyntaxUid.RLELossless,
  });
  if (!encoded.ok) throw new Error(encoded.reason);
  expect(encoded.photometricInterpretation).toBe('YBR_FULL');
  const full = { ...description, photometricInterpretation: 'YBR_FULL' };
  const back = await convertFrame({
    transferSyntax: TransferSyntaxUid.RLELossless,
    description: full,
    bytes: encoded.bytes,
  });
  expect(back).toMatchObject({
    bytes: Uint8Array.of(1, 10, 20, 2, 10, 20, 3, 30, 40, 4, 30, 40),
  });
});

test('a frame that cannot be decoded is not encoded either', async () => {
  const frame = {
    transferSyntax: TransferSyntaxUid.RLELossless,
    description: describe16(),
    bytes: Uint8Array.of(1, 2, 3),
    target: TransferSyntaxUid.JPEGLSLossless,
  };
  expect(await convertFrame(frame)).toEqual({ ok: false, reason: 'corrupt' });
});
