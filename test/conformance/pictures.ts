import sharp from 'sharp';

/** A picture's size and its samples, row by row. */
export type Picture = Readonly<{
  format: string;
  width: number;
  height: number;
  /** The channels of the pixel at this column and row; three for grey too. */
  at: (column: number, row: number) => readonly number[];
}>;

/** Decodes a picture; of an animated one the first frame. */
export async function pictureOf(bytes: Buffer): Promise<Picture> {
  const { format } = await sharp(bytes).metadata();
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    format,
    width,
    height,
    at: (column, row) => {
      const start = (row * width + column) * channels;
      return channels === 1
        ? Array<number>(3).fill(data[start] as number)
        : [...data.subarray(start, start + 3)];
    },
  };
}
