import type { GreyDisplay, LookUpTable, Palette } from '../display.js';
import type { PixelDescription } from '../pixel-description.js';
import { entryAt, greyPipeline, type ToLight } from './grey.js';
import type { StoredValues } from './stored-values.js';

/** One byte of light a pixel. */
export function drawGrey(
  display: GreyDisplay,
  values: StoredValues,
  it: PixelDescription,
): Uint8Array {
  const light = tabled(greyPipeline(display, values, it), values, it);
  const drawn = new Uint8Array(values.count);
  for (let at = 0; at < drawn.length; at++) drawn[at] = light(values.at(at));
  return drawn;
}

/** Red, green and blue of each pixel. */
export function drawPalette(
  palette: Palette,
  values: StoredValues,
  it: PixelDescription,
): Uint8Array {
  const red = tabled(channel(palette.red), values, it);
  const green = tabled(channel(palette.green), values, it);
  const blue = tabled(channel(palette.blue), values, it);
  const drawn = new Uint8Array(values.count * 3);
  for (let at = 0; at < values.count; at++) {
    const stored = values.at(at);
    drawn[at * 3] = red(stored);
    drawn[at * 3 + 1] = green(stored);
    drawn[at * 3 + 2] = blue(stored);
  }
  return drawn;
}

/** Grey below the first entry of the palette, colour from there on (PS3.3 §C.7.6.17, §C.8.16.2.1.1.1). */
export function drawSupplemental(
  display: GreyDisplay,
  palette: Palette,
  values: StoredValues,
  it: PixelDescription,
): Uint8Array {
  const grey = drawGrey(display, values, it);
  const drawn = drawPalette(palette, values, it);
  for (let at = 0; at < values.count; at++)
    if (values.at(at) < palette.red.first) drawn.fill(grey[at] ?? 0, at * 3, at * 3 + 3);
  return drawn;
}

const channel = (table: LookUpTable): ToLight => {
  const greatest = 2 ** table.bits - 1;
  return table.bits === 16
    ? (stored) => entryAt(table, stored) >> 8
    : (stored) => Math.round((entryAt(table, stored) * 255) / greatest);
};

/** The same function by a table, where the values are few enough; a table pays off for frames that are not tiny. */
function tabled(light: ToLight, { bits, count }: StoredValues, it: PixelDescription): ToLight {
  if (bits === undefined || count < 2 ** bits) return light;
  const least = it.pixelRepresentation === 1 && bits > 1 ? -(2 ** (bits - 1)) : 0;
  const table = Uint8Array.from({ length: 2 ** bits }, (_, at) => light(least + at));
  return (stored) => table[stored - least] ?? 0;
}
