import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ctElements, enhancedElements, instanceElements, sopClasses } from './headers.mjs';
import { dataSet, encapsulatedFrame, fileMeta, nativePixelHead, Syntax } from './part10.mjs';
import { largeCorpora, pad, person } from './people.mjs';
import { ctSide, mammogram, smallSide } from './pixel-files.mjs';

const square = { rows: ctSide, columns: ctSide };
const kinds = {
  ct: { digit: 1, pixels: 'ct', ...square, syntax: Syntax.explicitLittle, extra: ctElements },
  mg: { digit: 2, pixels: 'mg', ...mammogram, syntax: Syntax.explicitLittle },
  small: {
    digit: 3,
    pixels: 'small',
    rows: smallSide,
    columns: smallSide,
    syntax: Syntax.explicitLittle,
  },
  enhanced: {
    digit: 4,
    pixels: 'ct',
    ...square,
    syntax: Syntax.explicitLittle,
    extra: enhancedElements,
  },
  j2k: { digit: 5, pixels: 'j2k', ...square, syntax: Syntax.jpeg2000Lossless, extra: ctElements },
  jls: { digit: 6, pixels: 'jls', ...square, syntax: Syntax.jpegLsLossless, extra: ctElements },
};

/**
 * The corpora by name. Pixel bytes are read from the cache when first touched and shared between copies; headers are
 * made anew per copy, so that a store can be measured as often as it takes without ever sending an instance twice.
 */
export function openCorpora({ home, frames, seed, sizes }) {
  const pixels = lazyPixels(home, frames);
  const open = (name, count) => [name, makeCorpus({ name, count, seed, sizes, pixels })];
  return Object.fromEntries([
    open('ct', sizes.ct),
    open('mg', sizes.mg),
    open('small', sizes.small),
    open('enhanced', 1),
    open('j2k', sizes.coded),
    open('jls', sizes.coded),
  ]);
}

/** Frames of a pixel file as views of one buffer; `span(from, to)` is the run of frames between two indexes. */
function lazyPixels(home, frames) {
  const loaded = new Map();
  const load = (name) => {
    if (!loaded.has(name)) loaded.set(name, loadPixels(join(home, `${name}.pixels`), frames[name]));
    return loaded.get(name);
  };
  return {
    span(name, start, end) {
      const { bytes, offsets } = load(name);
      return bytes.subarray(offsets[start], offsets[end]);
    },
  };
}

/** Reads a pixel file and makes sure that each frame is the one generated: what answers are compared with. */
function loadPixels(file, frames) {
  const bytes = readFileSync(file);
  const offsets = [0];
  for (const { length, sha256 } of frames) {
    const start = offsets.at(-1);
    const digest = createHash('sha256')
      .update(bytes.subarray(start, start + length))
      .digest('hex');
    if (digest !== sha256)
      throw new Error(`${file} is damaged: remove its folder, it will be made anew`);
    offsets.push(start + length);
  }
  return { bytes, offsets };
}

function makeCorpus({ name, count, seed, sizes, pixels }) {
  const kind = kinds[name];
  const framesOf = name === 'enhanced' ? sizes.frames : 1;
  const uids = (copy, number) =>
    uidsOf({ seed, digit: kind.digit, copy, number, small: name === 'small' });
  const factsOf = (copy, number) => {
    const who = person({ copy, number: name === 'small' ? number : largeCorpora + kind.digit });
    const modality = modalityOf(name, who);
    const sopClass = sopClasses[name] ?? sopClasses[modality];
    return {
      uids: uids(copy, number),
      person: { ...who, modality },
      modality,
      number,
      sopClass,
      frames: framesOf,
    };
  };
  return {
    name,
    count,
    frames: framesOf,
    uids,
    person: (copy, number) => factsOf(copy, number).person,
    /** The bytes of one frame, `frameIndex` from 0, as the archive must give them back uncompressed. */
    rawFrame: (number, frameIndex = 0) =>
      pixels.span('ct', number + frameIndex, number + frameIndex + 1),
    /** One Part 10 file in pieces, pixel bytes shared: `[head, pixels, tail]`. */
    file: (copy, number) => filePieces({ kind, facts: factsOf(copy, number), pixels }),
  };
}

function modalityOf(name, who) {
  if (name === 'mg') return 'MG';
  return name === 'small' ? who.modality : 'CT';
}

function filePieces({ kind, facts, pixels }) {
  const { uids, sopClass, number, frames } = facts;
  const elements = instanceElements({ ...facts, ...kind });
  const extra = kind.extra?.(facts) ?? [];
  const body = pixels.span(kind.pixels, number, number + frames);
  const { before, after } = pixelFraming(kind, body.length);
  const meta = fileMeta({ sopClass, instance: uids.instance, syntax: kind.syntax });
  return [Buffer.concat([meta, dataSet([...elements, ...extra]), before]), body, after];
}

function pixelFraming(kind, length) {
  const native = kind.syntax === Syntax.explicitLittle;
  if (!native) return encapsulatedFrame(length);
  return { before: nativePixelHead(length), after: Buffer.alloc(0) };
}

/** UIDs under 2.25 (PS3.5 §B.2) of fixed length: seed, corpus, level, copy, study and instance in decimal digits. */
function uidsOf({ seed, digit, copy, number, small }) {
  const study = small ? number + 1 : 0;
  const instance = small ? 1 : number + 1;
  const uid = (level, a, b) =>
    `2.25.1${pad(seed % 1_000_000, 6)}${digit}${level}${pad(copy, 5)}${pad(a, 5)}${pad(b, 5)}`;
  return { study: uid(1, study, 0), series: uid(2, study, 1), instance: uid(3, study, instance) };
}
