import type { GreyDisplay, GreyWindow, LookUpTable, ModalityTransform } from '../display.js';
import type { PixelDescription } from '../pixel-description.js';
import type { StoredValues } from './stored-values.js';

/** A stored value as light, 0 (black) … 255 (white). */
export type ToLight = (stored: number) => number;

/** The grey pipeline of PS3.4 §N.2 for the values of one frame. */
export function greyPipeline(
  display: GreyDisplay,
  values: StoredValues,
  it: PixelDescription,
): ToLight {
  const measured = modality(display.modality);
  const shown = voi(display, values, it);
  return display.isInverse
    ? (stored) => 255 - toByte(shown(measured(stored)))
    : (stored) => toByte(shown(measured(stored)));
}

const toByte = (share: number): number => Math.round(share * 255);

type Transform = (value: number) => number;

function modality(transform: ModalityTransform): Transform {
  if (transform.kind === 'table') return (stored) => entryAt(transform.table, stored);
  const { slope, intercept } = transform;
  return (stored) => stored * slope + intercept;
}

/** Measured value → share of white, 0…1. */
function voi(display: GreyDisplay, values: StoredValues, it: PixelDescription): Transform {
  const { voi: transform } = display;
  switch (transform.kind) {
    case 'window':
      return windowing(transform.window);
    case 'table': {
      const greatest = 2 ** transform.table.bits - 1;
      return (value) => entryAt(transform.table, Math.round(value)) / greatest;
    }
    case 'extremes':
      return between(extremesOf(display, values));
    case 'full':
      return between(rangeOf(it));
  }
}

/** PS3.3 §C.11.2.1.2.1 and §C.11.2.1.3. */
function windowing({ center, width, shape }: GreyWindow): Transform {
  if (shape === 'sigmoid') return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
  if (shape === 'linear-exact') return (value) => clamp((value - center) / width + 0.5);
  if (width <= 1) return (value) => (value > center - 0.5 ? 1 : 0);
  return (value) => clamp((value - (center - 0.5)) / (width - 1) + 0.5);
}

type Range = readonly [least: number, greatest: number];

const between = ([least, greatest]: Range): Transform =>
  greatest > least ? (value) => clamp((value - least) / (greatest - least)) : () => 0;

/** A number that is none, as floats may be, is black. */
const clamp = (share: number): number => (share > 0 ? Math.min(share, 1) : 0);

const rangeOf = ({ bitsStored, pixelRepresentation }: PixelDescription): Range =>
  pixelRepresentation === 1 && bitsStored > 1
    ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1]
    : [0, 2 ** bitsStored - 1];

/** The least and the greatest measured value, without padding; a frame of nothing but padding has none. */
function extremesOf({ modality: transform, padding }: GreyDisplay, values: StoredValues): Range {
  const measured = modality(transform);
  const [first, last] = padding ?? [1, 0];
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.count; at++) {
    const stored = values.at(at);
    if (stored >= first && stored <= last) continue;
    const value = measured(stored);
    if (value < least && Number.isFinite(value)) least = value;
    if (value > greatest && Number.isFinite(value)) greatest = value;
  }
  return [least, greatest];
}

/** Values beyond the ends get the first or last entry (PS3.3 §C.11.1.1.1). */
export function entryAt({ first, values }: LookUpTable, stored: number): number {
  const at = Math.min(Math.max(stored - first, 0), values.length - 1);
  return values[at] ?? 0;
}
