/** Coefficients of one block in natural order, row by row; transformed in place into samples about zero. */
export type Block = Int32Array;

const SIDE = 8;
const FRACTION_BITS = 13;
/** Bits of fraction that are kept between the passes; what 12-bit samples leave room for in 32 bits. */
const KEPT_BITS = 1;
/** The two-dimensional transform scales by 8. */
const SCALE_BITS = 3;

const fixed = (value: number): number => Math.round(value * 2 ** FRACTION_BITS);
const cosine = (sixteenths: number): number => Math.SQRT2 * Math.cos((sixteenths * Math.PI) / 16);

const C = [0, 1, 2, 3, 4, 5, 6, 7].map(cosine) as [
  ...[number, number, number, number],
  ...[number, number, number, number],
];

/** Factors of the even part: a rotation by 6π/16 with three multiplications. */
const EVEN = fixed(C[6]);
const EVEN_TWO = fixed(C[2] - C[6]);
const EVEN_SIX = fixed(C[2] + C[6]);

/** Factors of the odd part in the arrangement of Loeffler, Ligtenberg and Moschytz. */
const ODD = fixed(C[3]);
const ODD_SEVEN = fixed(-C[1] + C[3] + C[5] - C[7]);
const ODD_FIVE = fixed(C[1] + C[3] - C[5] + C[7]);
const ODD_THREE = fixed(C[1] + C[3] + C[5] - C[7]);
const ODD_ONE = fixed(C[1] + C[3] - C[5] - C[7]);
const OUTER = fixed(C[7] - C[3]);
const INNER = fixed(-C[1] - C[3]);
const CROSS_LOW = fixed(-C[3] - C[5]);
const CROSS_HIGH = fixed(C[5] - C[3]);

/** The inverse DCT of T.81 §A.3.3 in fixed point, columns first; rounded as the reference implementation rounds. */
export function inverseDct(block: Block): void {
  for (let column = 0; column < SIDE; column++)
    pass(block, column, SIDE, FRACTION_BITS - KEPT_BITS);
  for (let row = 0; row < SIDE; row++)
    pass(block, row * SIDE, 1, FRACTION_BITS + KEPT_BITS + SCALE_BITS);
}

/** One transform over eight values that lie `step` apart, whose results lose `shift` bits. */
function pass(block: Block, first: number, step: number, shift: number): void {
  const at = (index: number): number => block[first + index * step] ?? 0;
  const [two, six] = [at(2), at(6)];
  const turned = (two + six) * EVEN;
  const low = turned + two * EVEN_TWO;
  const high = turned - six * EVEN_SIX;
  const sum = (at(0) + at(4)) * 2 ** FRACTION_BITS;
  const difference = (at(0) - at(4)) * 2 ** FRACTION_BITS;
  const even = [sum + low, difference + high, difference - high, sum - low];
  const odd = oddPart(at(1), at(3), at(5), at(7));
  const half = 2 ** (shift - 1);
  for (let index = 0; index < SIDE / 2; index++) {
    const [mean, change] = [(even[index] ?? 0) + half, odd[index] ?? 0];
    block[first + index * step] = (mean + change) >> shift;
    block[first + (SIDE - 1 - index) * step] = (mean - change) >> shift;
  }
}

/** What the odd coefficients add to the first four values, and take from the last four. */
function oddPart(one: number, three: number, five: number, seven: number): number[] {
  const cross = (seven + three + five + one) * ODD;
  const low = (seven + three) * CROSS_LOW + cross;
  const high = (five + one) * CROSS_HIGH + cross;
  const outer = (seven + one) * OUTER;
  const inner = (five + three) * INNER;
  return [
    one * ODD_ONE + outer + high,
    three * ODD_THREE + inner + low,
    five * ODD_FIVE + inner + high,
    seven * ODD_SEVEN + outer + low,
  ];
}
