import { traitsOf, type Vr } from '../vr.js';
import { WriteStopped } from './write-fault.js';

/** Integers by their VR: lowest and highest. */
const RANGES: Readonly<Partial<Record<Vr, readonly [bigint, bigint]>>> = {
  US: [0n, 2n ** 16n - 1n],
  SS: [-(2n ** 15n), 2n ** 15n - 1n],
  UL: [0n, 2n ** 32n - 1n],
  SL: [-(2n ** 31n), 2n ** 31n - 1n],
  UV: [0n, 2n ** 64n - 1n],
  SV: [-(2n ** 63n), 2n ** 63n - 1n],
};
const WHOLE = /^[+-]?\d{1,20}$/;
/** What the reader gives for floats that JSON has no number for. */
const NOT_FINITE = ['NaN', 'Infinity', '-Infinity'];

/** Binary numbers in little endian (PS3.5 §6.2). SV and UV come as text where JSON numbers would lose digits. */
export function encodeNumbers(vr: Vr, values: readonly unknown[], path: string): Buffer {
  const step = traitsOf(vr)?.wordBytes ?? 1;
  const bytes = Buffer.alloc(values.length * step);
  const range = RANGES[vr];
  for (const [index, value] of values.entries()) {
    const at = index * step;
    if (range !== undefined) writeWhole(bytes, at, step, whole(value, range, path));
    else if (step === 4) bytes.writeFloatLE(float(value, path), at);
    else bytes.writeDoubleLE(float(value, path), at);
  }
  return bytes;
}

function whole(value: unknown, [from, to]: readonly [bigint, bigint], path: string): bigint {
  const isNumber = typeof value === 'number' && Number.isInteger(value);
  const isText = typeof value === 'string' && WHOLE.test(value);
  if (!isNumber && !isText) throw new WriteStopped('value-of-other-type', path);
  const read = BigInt(isText ? value.replace('+', '') : value);
  if (read < from || read > to) throw new WriteStopped('number-out-of-range', path);
  return read;
}

function float(value: unknown, path: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && NOT_FINITE.includes(value)) return Number(value);
  throw new WriteStopped('value-of-other-type', path);
}

function writeWhole(bytes: Buffer, at: number, step: number, value: bigint): void {
  const word = BigInt.asUintN(step * 8, value);
  if (step === 2) bytes.writeUInt16LE(Number(word), at);
  else if (step === 4) bytes.writeUInt32LE(Number(word), at);
  else bytes.writeBigUInt64LE(word, at);
}
