import { makeRandom } from './random.mjs';

/**
 * A slice through a made-up body: air, fat, soft tissue, two lungs, a spine, and quantum noise; 12 significant bits
 * in 16, so that codecs work as hard as on a patient's slice.
 */
export function fillCtSlice(pixels, { side, slice, seed }) {
  const random = makeRandom(seed + slice * 7919);
  const shrink = 0.8 + 0.15 * Math.sin(slice / 40);
  const tissue = tissueMap(side, shrink, slice);
  for (let at = 0; at < pixels.length; at += 1) {
    const bits = random();
    const noise = (bits & 31) + ((bits >>> 5) & 31) - 31;
    pixels[at] = Math.max(0, tissue[at] + noise);
  }
}

/** A mammogram: a smooth half disc with ducts and grain on a black ground; 12 significant bits in 16. */
export function fillMammogram(pixels, { columns, rows, seed }) {
  const random = makeRandom(seed);
  for (let row = 0; row < rows; row += 1) {
    const y = (row / rows) * 2 - 1;
    const breast = Math.sqrt(Math.max(0, 1 - y * y)) * columns * 0.8;
    for (let column = 0; column < columns; column += 1) {
      const inside = column < breast;
      const duct = ((column * 3 + row * 5) & 255) < 12 ? 400 : 0;
      pixels[row * columns + column] = inside ? 1800 + duct + (random() & 127) : random() & 3;
    }
  }
}

const ellipses = [
  { x: 0, y: 0, a: 0.92, b: 0.7, value: 930 },
  { x: 0, y: 0, a: 0.86, b: 0.63, value: 1064 },
  { x: -0.4, y: -0.05, a: 0.3, b: 0.42, value: 180 },
  { x: 0.4, y: -0.05, a: 0.3, b: 0.42, value: 190 },
  { x: 0, y: 0.42, a: 0.13, b: 0.13, value: 1700 },
  { x: 0.08, y: -0.15, a: 0.16, b: 0.2, value: 1090 },
];

function tissueMap(side, shrink, slice) {
  const map = new Uint16Array(side * side).fill(24);
  for (const ellipse of ellipses) paintEllipse(map, side, moved(ellipse, shrink, slice));
  return map;
}

function moved(ellipse, shrink, slice) {
  const drift = 0.02 * Math.sin(slice / 17 + ellipse.value);
  return { ...ellipse, x: ellipse.x + drift, a: ellipse.a * shrink, b: ellipse.b * shrink };
}

function paintEllipse(map, side, { x, y, a, b, value }) {
  const half = side / 2;
  for (let row = 0; row < side; row += 1) {
    const v = ((row - half) / half - y) / b;
    const reach = 1 - v * v;
    if (reach <= 0) continue;
    const width = Math.sqrt(reach) * a;
    const start = Math.max(0, Math.round((x - width + 1) * half));
    const end = Math.min(side, Math.round((x + width + 1) * half));
    map.fill(value, row * side + start, row * side + end);
  }
}
