import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { openEncoder } from './codecs.mjs';
import { fillCtSlice, fillMammogram } from './pixels.mjs';
import { makeRandom } from './random.mjs';

/** Raise it whenever the bytes of any corpus change: caches of before are then not read. */
export const corporaVersion = 1;
export const ctSide = 512;
export const smallSide = 64;
export const mammogram = { columns: 3328, rows: 4608 };

/**
 * The pixel bytes of every corpus as files in a cache folder, made once per seed and size: `ct`, `mg`, `small`,
 * `j2k` and `jls`, each with the length and SHA-256 of every frame. The multi-frame takes the frames of `ct`.
 */
export async function ensurePixelFiles({ folder, seed, sizes, say }) {
  const name = `v${corporaVersion}-seed${seed}-${Object.values(sizes).join('x')}`;
  const home = join(folder, name);
  if (!existsSync(join(home, 'frames.json'))) await writePixelFiles({ home, seed, sizes, say });
  return { home, frames: JSON.parse(readFileSync(join(home, 'frames.json'), 'utf8')) };
}

async function writePixelFiles({ home, seed, sizes, say }) {
  const draft = `${home}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  say(`writing deterministic pixel data (seed ${seed})`);
  const ct = writeFrames(draft, 'ct', ctSlices(sizes, seed));
  const frames = {
    ct,
    mg: writeFrames(draft, 'mg', mammograms(sizes, seed)),
    small: writeFrames(draft, 'small', smallImages(sizes, seed)),
  };
  for (const kind of ['j2k', 'jls']) {
    say(`encoding ${sizes.coded} slices as ${kind}`);
    frames[kind] = writeFrames(draft, kind, await codedSlices(kind, sizes, seed));
  }
  writeFileSync(join(draft, 'frames.json'), JSON.stringify(frames));
  rmSync(home, { recursive: true, force: true });
  renameSync(draft, home);
}

function writeFrames(folder, name, frames) {
  const file = openSync(join(folder, `${name}.pixels`), 'w');
  const facts = [];
  for (const frame of frames) {
    writeSync(file, frame);
    facts.push({ length: frame.length, sha256: createHash('sha256').update(frame).digest('hex') });
  }
  closeSync(file);
  return facts;
}

function* ctSlices(sizes, seed, count = Math.max(sizes.ct, sizes.frames)) {
  const pixels = new Uint16Array(ctSide * ctSide);
  for (let slice = 0; slice < count; slice += 1) {
    fillCtSlice(pixels, { side: ctSide, slice, seed });
    yield Buffer.from(pixels.buffer);
  }
}

function* mammograms(sizes, seed) {
  const pixels = new Uint16Array(mammogram.columns * mammogram.rows);
  for (let view = 0; view < sizes.mg; view += 1) {
    fillMammogram(pixels, { ...mammogram, seed: seed + view });
    yield Buffer.from(pixels.buffer);
  }
}

function* smallImages(sizes, seed) {
  const random = makeRandom(seed);
  const pixels = new Uint16Array(smallSide * smallSide);
  for (let image = 0; image < sizes.small; image += 1) {
    for (let at = 0; at < pixels.length; at += 1) pixels[at] = (at & 1023) + (random() & 63);
    yield Buffer.from(pixels.buffer);
  }
}

async function codedSlices(kind, sizes, seed) {
  const encode = await openEncoder(kind, ctSide);
  const coded = [];
  for (const slice of ctSlices(sizes, seed, sizes.coded)) coded.push(encode(slice));
  return coded;
}
