import type { Random } from '../../simulation/long/seeded-random.js';

const CHANGES_MAX = 5;
const STRETCH_BYTES_MAX = 512;
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x1b, 0x5c, 0x2f];

type Change = (random: Random, bytes: Buffer) => Buffer;

const at = (random: Random, bytes: Buffer) => random(bytes.length);

const flip: Change = (random, bytes) => {
  const place = at(random, bytes);
  bytes[place] = (bytes[place] ?? 0) ^ (1 << random(8));
  return bytes;
};
const edge: Change = (random, bytes) => {
  bytes[at(random, bytes)] = EDGES[random(EDGES.length)] ?? 0;
  return bytes;
};
const word: Change = (random, bytes) => {
  if (bytes.length < 4) return bytes;
  const values = [0, 1, 0xffffffff, 0xfffffffe, 0x7fffffff, 0x80000000, bytes.length];
  bytes.writeUInt32LE(values[random(values.length)] ?? 0, random(bytes.length - 3));
  return bytes;
};
const cut: Change = (random, bytes) => bytes.subarray(0, at(random, bytes));
const remove: Change = (random, bytes) => {
  const start = at(random, bytes);
  return Buffer.concat([
    bytes.subarray(0, start),
    bytes.subarray(start + random(STRETCH_BYTES_MAX)),
  ]);
};
const repeat: Change = (random, bytes) => {
  const start = at(random, bytes);
  const end = start + random(STRETCH_BYTES_MAX);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
};
const noise: Change = (random, bytes) => {
  const start = at(random, bytes);
  const end = Math.min(bytes.length, start + random(STRETCH_BYTES_MAX));
  for (let place = start; place < end; place++) bytes[place] = random(256);
  return bytes;
};

const CHANGES = [flip, flip, flip, edge, edge, edge, word, word, remove, repeat, noise, noise];
/** Beyond this the header and the first pixels end in most files: changes in front of it do more. */
const HEAD_BYTES = 4096;

/** Some bytes are other, gone or there twice; half of the time near the beginning. */
export function changeBytes(random: Random, input: Buffer): Buffer {
  const head = random(2) === 0 ? Math.min(input.length, HEAD_BYTES) : input.length;
  let bytes = Buffer.from(input.subarray(0, head));
  for (let left = 1 + random(CHANGES_MAX); left > 0 && bytes.length > 0; left--)
    bytes = Buffer.from((CHANGES[random(CHANGES.length)] ?? flip)(random, bytes));
  const whole = Buffer.concat([bytes, input.subarray(head)]);
  return random(10) === 0 ? cut(random, whole) : whole;
}

/** The first part of one and the last part of the other. */
export function splice(random: Random, one: Buffer, other: Buffer): Buffer {
  return Buffer.concat([one.subarray(0, random(one.length)), other.subarray(random(other.length))]);
}
