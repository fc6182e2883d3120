import { below, makeRandom } from '../../corpora/random.mjs';

/** Numbers drawn for one thing of the population: the same seed, kind and number give the same, in any order of asking. */
export function drawFor(seed, kind, number) {
  const next = makeRandom(mix(mix(mix(0x9e3779b9, seed), kind), number));
  return {
    below: (bound) => below(next, bound),
    /** From 0 to just below 1. */
    share: () => next() / 2 ** 32,
    pick: (list) => list[below(next, list.length)],
    /** `digits` hexadecimal digits, a multiple of 8. */
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += next().toString(16).padStart(8, '0');
      return text;
    },
  };
}

/** A UID of the root for UUIDs (PS3.5 §B.2), of drawn digits and two numbers, so that no other has it. */
export const uidOf = (draw, number, at) =>
  `2.25.${BigInt(`0x${draw.hex(16)}${digits(number)}${digits(at)}`)}`;

const digits = (number) => number.toString(16).padStart(8, '0');

/** A UUID made in the same way. */
export const uuidOf = (draw, number, at) =>
  `${draw.hex(16)}${digits(at)}${digits(number)}`.replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
    '$1-$2-$3-$4-$5',
  );

function mix(state, value) {
  let mixed = Math.imul(state ^ value, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
