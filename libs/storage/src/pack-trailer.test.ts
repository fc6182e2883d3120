import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PACK_ENTRIES_MAX, type PackTrailer } from './pack.js';
import { decodeTrailer, encodeTrailer, FOOTER_BYTES, TRAILER_BYTES_MAX } from './pack-trailer.js';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const trailers: fc.Arbitrary<PackTrailer> = fc.record({
  pack: fc.uuid(),
  kind: fc.constantFrom('landing', 'extract', 'settled'),
  about: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
  entries: fc.array(fc.tuple(fc.nat(1e9), fc.nat(100)), { maxLength: 30 }).map((sizes) => {
    let end = 0;
    return sizes.map(([bytes, gap], part) => {
      const offset = end + gap;
      end = offset + bytes;
      return { part, offset, bytes, sha256: digest(`${part}`) };
    });
  }),
});

const bodyBytes = ({ entries }: PackTrailer) => {
  const last = entries.at(-1);
  return last ? last.offset + last.bytes : 0;
};

const example: PackTrailer = {
  pack: 'abcdef00',
  kind: 'landing',
  about: { request: 'r1' },
  entries: [{ part: 0, offset: 0, bytes: 100, sha256: digest('0') }],
};

test('a trailer that was written is read back, from any longer end of the pack', () =>
  fc.assert(
    fc.property(trailers, fc.nat(1000), (trailer, before) => {
      const encoded = encodeTrailer(trailer);
      const end = Buffer.concat([Buffer.alloc(before, 7), encoded]);
      const packBytes = bodyBytes(trailer) + before + encoded.length;
      expect(decodeTrailer(end, packBytes)).toEqual({ ok: true, value: trailer });
    }),
  ));

test('a trailer with any byte changed is told as damaged', () => {
  const encoded = encodeTrailer(example);
  for (let at = 0; at < encoded.length; at++) {
    const damaged = Buffer.from(encoded);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x41, at);
    expect(decodeTrailer(damaged, 100 + encoded.length).ok, `byte ${at}`).toBe(false);
  }
});

test('a pack that was cut anywhere is told as damaged', () => {
  const pack = Buffer.concat([Buffer.alloc(100), encodeTrailer(example)]);
  for (let length = 0; length < pack.length; length++)
    expect(decodeTrailer(pack.subarray(0, length), length).ok, `${length} bytes`).toBe(false);
});

test('any bytes at all are read without a throw', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(decodeTrailer(Buffer.from(bytes), bytes.length).ok).toBe(false);
    }),
  ));

/** A footer that is right for a content that is not. */
function sealed(content: string): Buffer {
  const encoded = encodeTrailer(example);
  const json = Buffer.from(content);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const sha256 = createHash('sha256').update(json).digest();
  return Buffer.concat([Buffer.alloc(200), json, sha256, length, encoded.subarray(-16)]);
}

test('a content that no pack has is told as such, whatever its digest', () => {
  const entry = example.entries[0]!;
  const withEntries = (...entries: readonly unknown[]) => JSON.stringify({ ...example, entries });
  for (const content of [
    '',
    'null',
    '[]',
    '{',
    JSON.stringify({ ...example, kind: 'other' }),
    JSON.stringify({ ...example, pack: 7 }),
    JSON.stringify({ ...example, about: { request: 7 } }),
    JSON.stringify({ ...example, entries: {} }),
    withEntries({ ...entry, bytes: -1 }),
    withEntries({ ...entry, offset: 0.5 }),
    withEntries({ ...entry, bytes: 201 }),
    withEntries({ ...entry, sha256: 'abc' }),
    withEntries(entry, { ...entry, part: 1, offset: 99 }),
    withEntries(null),
  ]) {
    const pack = sealed(content);
    expect(decodeTrailer(pack, pack.length), content).toEqual({
      ok: false,
      damage: 'trailer-content',
    });
  }
});

test('a length that points before the pack, or beyond any trailer, is damage', () => {
  for (const claimed of [1n << 63n, BigInt(TRAILER_BYTES_MAX) + 1n, 10_000n]) {
    const encoded = encodeTrailer(example);
    encoded.writeBigUInt64LE(claimed, encoded.length - FOOTER_BYTES + 32);
    expect(decodeTrailer(encoded, encoded.length)).toEqual({ ok: false, damage: 'trailer-length' });
  }
});

test('more entries than a pack may have are not written', () => {
  const entries = Array.from({ length: PACK_ENTRIES_MAX + 1 }, () => example.entries[0]!);
  expect(() => encodeTrailer({ ...example, entries })).toThrow(RangeError);
  const most = encodeTrailer({ ...example, entries: entries.slice(1) });
  expect(most.length).toBeLessThan(TRAILER_BYTES_MAX);
});

test('an about that is too long is not written', () =>
  expect(() =>
    encodeTrailer({ ...example, about: { request: 'x'.repeat(TRAILER_BYTES_MAX) } }),
  ).toThrow(RangeError));
