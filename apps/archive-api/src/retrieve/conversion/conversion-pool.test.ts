import { afterEach, expect, test } from 'vitest';
import type { EncodedFrame } from '#dicom/decode-frame';
import { encodeWasm } from '#dicom/pixel/encode-wasm.testing';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import type { ConversionLimits } from './conversion-limits.js';
import { type ConversionPool, createConversionPool } from './conversion-pool.js';
import { patient, patientAfterFirst } from './patient.js';

const sourceOf = (url: URL) => ({
  url,
  execArgv: [
    '--conditions=source',
    '--import',
    new URL('./run-sources.testing.ts', import.meta.url).href,
  ],
});

const faults: string[] = [];
let pool: ConversionPool | undefined;

function open(worker: URL, limits: Partial<ConversionLimits> = {}): ConversionPool {
  pool = createConversionPool({
    limits,
    program: sourceOf(worker),
    onFault: (fault) => faults.push(fault.message),
  });
  return pool;
}

afterEach(async () => {
  faults.length = 0;
  await pool?.close();
});

const HOSTILE = new URL('./hostile-worker.testing.ts', import.meta.url);
const PRODUCT = new URL('./conversion-worker.ts', import.meta.url);

const frameFor = (
  transferSyntax: string,
  bytes: Uint8Array = Uint8Array.of(1, 2, 3, 4),
): EncodedFrame => ({
  transferSyntax,
  bytes,
  description: {
    rows: 2,
    columns: 2,
    samplesPerPixel: 1,
    bitsAllocated: 8,
    bitsStored: 8,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: 'MONOCHROME2',
  },
});

const refusal = (reason: string) => ({ ok: false, reason });
const fine = { ok: true, bytes: Uint8Array.of(1, 2, 3, 4) };

test('the worker of the product decodes frames, side by side, and the caller keeps its bytes', async () => {
  const { convertFrame } = open(PRODUCT);
  const header = Buffer.alloc(64);
  header.writeUInt32LE(1);
  header.writeUInt32LE(64, 4);
  const rle = Buffer.concat([header, Buffer.of(3, 1, 2, 3, 4)]);
  const frame = frameFor('1.2.840.10008.1.2.5', rle);
  const conversions = await Promise.all([1, 2, 3, 4].map(() => convertFrame(frame)));
  for (const conversion of conversions) expect(conversion).toMatchObject(fine);
  expect(rle.length).toBe(69);
  const corrupt = frameFor('1.2.840.10008.1.2.5', new Uint8Array(64));
  expect(await convertFrame(corrupt)).toEqual(refusal('corrupt'));
});

test('the worker of the product encodes too, in one trip', async () => {
  const { convertFrame } = open(PRODUCT);
  const { ExplicitVRLittleEndian, ...targets } = TransferSyntaxUid;
  for (const target of [targets.JPEGLSLossless, targets.HTJ2KLossless, targets.RLELossless]) {
    const encoded = await convertFrame({ ...frameFor(ExplicitVRLittleEndian), target });
    if (!encoded.ok) throw new Error(encoded.reason);
    expect(await convertFrame(frameFor(target, encoded.bytes))).toMatchObject(fine);
  }
});

test('what waits behind a conversion that hangs or crashes is converted all the same', async () => {
  const { convertFrame } = open(HOSTILE, { workersMax: 1, timeoutMs: 3_000 });
  const asked = ['hang', 'good', 'exit', 'good'].map((kind) => convertFrame(frameFor(kind)));
  const conversions = await Promise.all(asked);
  expect(conversions.map((each) => (each.ok ? 'ok' : each.reason))).toEqual([
    'timeout',
    'ok',
    'crashed',
    'ok',
  ]);
});

test('a patient caller waits while all conversions are taken', async () => {
  const { convertFrame } = open(HOSTILE, { workersMax: 1, conversionsWaitingMax: 0 });
  const running = convertFrame(frameFor('slow'));
  expect(await convertFrame(frameFor('good'))).toEqual(refusal('busy'));
  expect(await patient(convertFrame)(frameFor('good'))).toMatchObject(fine);
  const afterFirst = patientAfterFirst(convertFrame);
  const again = convertFrame(frameFor('slow'));
  expect(await afterFirst(frameFor('good'))).toEqual(refusal('busy'));
  expect(await afterFirst(frameFor('good'))).toMatchObject(fine);
  expect([await running, await again]).toMatchObject([fine, fine]);
});

test('the WASM codecs run in the thread', async () => {
  const { convertFrame } = open(PRODUCT);
  const native = Uint8Array.from({ length: 64 * 80 }, (_, at) => at & 255);
  const image = { width: 80, height: 64, bitsPerSample: 8, componentCount: 1 };
  const input = { ...image, isSigned: false, isUsingColorTransform: false };
  const frame = frameFor('1.2.840.10008.1.2.4.90', await encodeWasm('jpeg-2000', input, native));
  const description = { ...frame.description, rows: 64, columns: 80 };
  const conversion = await convertFrame({ ...frame, description });
  expect(conversion).toMatchObject({ ok: true, bytes: native });
});

test.each([
  ['throw', 'a codec fault'],
  ['exit', 'a conversion thread ended with 3'],
])('a thread that dies (%s) fails its own conversion only, and is told', async (kind, told) => {
  const { convertFrame } = open(HOSTILE, { workersMax: 1 });
  const [dead, next] = await Promise.all([
    convertFrame(frameFor(kind)),
    convertFrame(frameFor('echo')),
  ]);
  expect(dead).toEqual(refusal('crashed'));
  expect(next).toMatchObject(fine);
  expect(faults).toEqual([told]);
});

test('a thread that hangs is ended after the timeout, and the next conversion runs', async () => {
  const { convertFrame } = open(HOSTILE, { workersMax: 1, timeoutMs: 3_000 });
  const [hung, next] = await Promise.all([
    convertFrame(frameFor('hang')),
    convertFrame(frameFor('echo')),
  ]);
  expect(hung).toEqual(refusal('timeout'));
  expect(next).toMatchObject(fine);
});

test('when threads and queue are full the answer is busy, and later no more', async () => {
  const { convertFrame, load } = open(HOSTILE, { workersMax: 1, conversionsWaitingMax: 1 });
  const first = convertFrame(frameFor('slow'));
  const second = convertFrame(frameFor('slow'));
  expect(await convertFrame(frameFor('slow'))).toEqual(refusal('busy'));
  expect(load()).toEqual({ workers: 1, waiting: 1, bytesInUse: 16 });
  expect([await first, await second]).toMatchObject([fine, fine]);
  expect(await convertFrame(frameFor('echo'))).toMatchObject(fine);
  expect(load()).toEqual({ workers: 1, waiting: 0, bytesInUse: 0 });
});

test('bytes in use are bounded, but one frame alone always has room', async () => {
  const { convertFrame } = open(HOSTILE, { bytesInUseMax: 7 });
  const first = convertFrame(frameFor('slow'));
  expect(await convertFrame(frameFor('echo'))).toEqual(refusal('busy'));
  expect(await first).toMatchObject(fine);
});

test('a frame above the bound, or that no image can have, never reaches a thread', async () => {
  const { convertFrame, load } = open(HOSTILE, { frameBytesMax: 3 });
  expect(await convertFrame(frameFor('echo'))).toEqual(refusal('too-large'));
  const { description } = frameFor('echo');
  const none = { ...frameFor('echo'), description: { ...description, rows: 0 } };
  expect(await convertFrame(none)).toEqual(refusal('bad-description'));
  expect(load().workers).toBe(0);
});

test('a conversion that nobody waits for any more is dropped while it waits, and cut short while it runs', async () => {
  const { convertFrame, load } = open(HOSTILE, { workersMax: 1, abandonedMs: 10 });
  const stop = new AbortController();
  const running = convertFrame(frameFor('hang'), stop.signal);
  const waiting = convertFrame(frameFor('echo'), stop.signal);
  const other = convertFrame(frameFor('echo'));
  stop.abort();
  expect(await running).toEqual(refusal('aborted'));
  expect(await waiting).toEqual(refusal('aborted'));
  expect(await other).toMatchObject(fine);
  expect(load().bytesInUse).toBe(0);
  expect(await convertFrame(frameFor('echo'), stop.signal)).toEqual(refusal('aborted'));
});

test('a thread is replaced after so many conversions, or so many bytes', async () => {
  for (const limits of [{ conversionsPerWorkerMax: 2 }, { bytesPerWorkerMax: 8 }]) {
    const { convertFrame, close } = open(HOSTILE, { workersMax: 1, ...limits });
    const threads: unknown[] = [];
    for (let count = 0; count < 4; count++) {
      const conversion = await convertFrame(frameFor('echo'));
      threads.push(conversion.ok && conversion.photometricInterpretation);
    }
    expect(threads[0]).toBe(threads[1]);
    expect(threads[1]).not.toBe(threads[2]);
    expect(threads[2]).toBe(threads[3]);
    await close();
  }
});

test('a thread without work ends after a while', async () => {
  const { convertFrame, load } = open(HOSTILE, { idleMs: 20 });
  expect(await convertFrame(frameFor('echo'))).toMatchObject(fine);
  expect(load().workers).toBe(1);
  await expect.poll(() => load().workers).toBe(0);
  expect(faults).toEqual([]);
});

test('closing answers everything and ends every thread', async () => {
  const { convertFrame, close, load } = open(HOSTILE, { workersMax: 1 });
  const conversions = [convertFrame(frameFor('hang')), convertFrame(frameFor('echo'))];
  await close();
  expect(await Promise.all(conversions)).toEqual([refusal('busy'), refusal('busy')]);
  expect(await convertFrame(frameFor('echo'))).toEqual(refusal('busy'));
  expect(load()).toEqual({ workers: 0, waiting: 0, bytesInUse: 0 });
});
