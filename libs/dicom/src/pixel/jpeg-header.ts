/** What the marker segments before the first scan of a JPEG or JPEG-LS stream say (T.81 Annex B, T.87 Annex C). */
export type JpegHeader = Readonly<{
  /** Low nibble of the start-of-frame marker: 0 baseline, 1 extended, 2 progressive, 3 lossless, 7 JPEG-LS. */
  process: number;
  precision: number;
  rows: number;
  columns: number;
  components: readonly JpegComponent[];
  isJfif: boolean;
  /** The colour transform that an Adobe APP14 segment names; undefined without one. */
  adobeTransform: number | undefined;
}>;

/** One component: its identifier and sampling factors. */
export type JpegComponent = Readonly<{ id: number; horizontal: number; vertical: number }>;

const SEGMENTS_MAX = 1000;
const START_OF_IMAGE = 0xffd8;
const START_OF_SCAN = 0xda;
const FILL = 0xffff;
const JPEG_LS_FRAME = 0xf7;
const NOT_FRAMES = [0xc4, 0xc8, 0xcc];

/** Reads as far as the first scan; undefined when there is no frame header on the way. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Frame | undefined;
  let isJfif = false;
  let adobeTransform: number | undefined;
  for (const { marker, start, end } of jpegSegments(view)) {
    if (marker === 0xe0) isJfif ||= hasText(view, start, 'JFIF');
    if (marker === 0xee && hasText(view, start, 'Adobe') && end - start >= 12)
      adobeTransform = view.getUint8(start + 11);
    if (isFrame(marker)) frame = readFrame(view, { marker, start, end });
  }
  return frame && { ...frame, isJfif, adobeTransform };
}

/** A marker segment; its parameters lie from `start` to `end`, after the length field. */
export type JpegSegment = Readonly<{ marker: number; start: number; end: number }>;

/** The marker segments from `from` up to and including the next start of scan; ends early at anything that isn't one. */
export function* jpegSegments(view: DataView, from = 2): Generator<JpegSegment> {
  if (view.byteLength < 4 || view.getUint16(0) !== START_OF_IMAGE) return;
  let at = from;
  for (let count = 0; count < SEGMENTS_MAX; count++) {
    while (at + 4 <= view.byteLength && view.getUint16(at) === FILL) at++;
    const segment = segmentAt(view, at);
    if (segment === undefined) return;
    yield segment;
    if (segment.marker === START_OF_SCAN) return;
    at = segment.end;
  }
}

function segmentAt(view: DataView, at: number): JpegSegment | undefined {
  if (at + 4 > view.byteLength || view.getUint8(at) !== 0xff) return undefined;
  const end = at + 2 + view.getUint16(at + 2);
  const isSound = end <= view.byteLength && end >= at + 4;
  return isSound ? { marker: view.getUint8(at + 1), start: at + 4, end } : undefined;
}

type Frame = Omit<JpegHeader, 'isJfif' | 'adobeTransform'>;

function isFrame(marker: number): boolean {
  return marker === JPEG_LS_FRAME || (marker >> 4 === 0xc && !NOT_FRAMES.includes(marker));
}

function readFrame(view: DataView, { marker, start, end }: JpegSegment): Frame | undefined {
  if (end - start < 6) return undefined;
  const count = view.getUint8(start + 5);
  if (end - start < 6 + count * 3) return undefined;
  const components = Array.from({ length: count }, (_, index) => {
    const at = start + 6 + index * 3;
    const factors = view.getUint8(at + 1);
    return { id: view.getUint8(at), horizontal: factors >> 4, vertical: factors & 15 };
  });
  return {
    process: marker & 15,
    precision: view.getUint8(start),
    rows: view.getUint16(start + 1),
    columns: view.getUint16(start + 3),
    components,
  };
}

function hasText(view: DataView, start: number, text: string): boolean {
  if (start + text.length > view.byteLength) return false;
  return [...text].every((letter, at) => view.getUint8(start + at) === letter.charCodeAt(0));
}
