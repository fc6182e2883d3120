import { crc32, deflateSync } from 'node:zlib';

const JPEG_IDENTIFIER = Buffer.from('ICC_PROFILE\0', 'latin1');
const JPEG_CHUNK_BYTES_MAX = 65_519;
const PNG_HEAD_BYTES = 33;

/** A JPEG with the profile in APP2 segments behind its start of image (ISO 15076-1 Annex B.4), of which there may be 255. */
export function jpegWithProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const count = Math.ceil(profile.length / JPEG_CHUNK_BYTES_MAX);
  const segments = Array.from({ length: count }, (_, index) => {
    const start = index * JPEG_CHUNK_BYTES_MAX;
    const chunk = profile.subarray(start, start + JPEG_CHUNK_BYTES_MAX);
    const head = Buffer.from([0xff, 0xe2, 0, 0]);
    head.writeUInt16BE(2 + JPEG_IDENTIFIER.length + 2 + chunk.length, 2);
    return Buffer.concat([head, JPEG_IDENTIFIER, Buffer.from([index + 1, count]), chunk]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** A PNG with the profile in an iCCP chunk behind its header chunk (ISO 15948 §11.3.3.3). */
export function pngWithProfile(png: Buffer, profile: Buffer): Buffer {
  const name = Buffer.from('icc\0\0', 'latin1');
  const body = Buffer.concat([Buffer.from('iCCP', 'latin1'), name, deflateSync(profile)]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, PNG_HEAD_BYTES), chunk, png.subarray(PNG_HEAD_BYTES)]);
}
