import { decodedPhotometric } from './decode-frame.js';
import { isPixelDescription, type PixelDescription } from './pixel-description.js';
import { TransferSyntaxUid, transferSyntaxOf } from './transfer-syntax.js';

/** What the data set around encoded Pixel Data says of it (PS3.5 §8.2). */
export type EncodedForm = Readonly<{
  photometricInterpretation: string;
  planarConfiguration: number;
}>;

const {
  RLELossless,
  JPEGLossless,
  JPEGLosslessFirstOrder,
  JPEGLSLossless,
  JPEG2000Lossless,
  HTJ2KLossless,
} = TransferSyntaxUid;

/**
 * Transfer syntaxes that frames can be encoded in, those first that answer a media type by default (PS3.18 Table 8.7.3-5).
 * None that loses: what an archive gives out is what it was given, and a lossy copy would be another instance (PS3.3
 * §C.7.6.1.1.5); pictures to look at are the rendered resources.
 */
export const ENCODED_SYNTAXES: readonly string[] = [
  JPEGLosslessFirstOrder,
  RLELossless,
  JPEGLSLossless,
  JPEG2000Lossless,
  HTJ2KLossless,
  JPEGLossless,
];

const GREY = ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'];
const J2K: readonly string[] = [JPEG2000Lossless, HTJ2KLossless];
const BITS_ALLOCATED = [8, 16];
const BY_PLANE = 1;

/**
 * How pixels that are stored so are described when they are encoded in `target`; undefined when they can't be. Our JPEG 2000
 * encoders always transform colour, and so take RGB alone, of 8 bits as our decoders do.
 */
export function encodedForm(
  target: string,
  stored: string,
  it: PixelDescription,
): EncodedForm | undefined {
  const syntax = transferSyntaxOf(stored);
  const isTarget = ENCODED_SYNTAXES.includes(target);
  if (!isTarget || syntax === undefined || !isPixelDescription(it)) return undefined;
  if (!BITS_ALLOCATED.includes(it.bitsAllocated)) return undefined;
  const native = decodedPhotometric(syntax, it);
  if (it.samplesPerPixel === 1) return GREY.includes(native) ? form(native, 0) : undefined;
  if (it.samplesPerPixel !== 3) return undefined;
  const colour = native === 'YBR_FULL_422' && it.columns % 2 === 0 ? 'YBR_FULL' : native;
  const planar = colour === native ? it.planarConfiguration : BY_PLANE;
  return colourForm(target, colour, { bits: it.bitsAllocated, planar });
}

type Cells = Readonly<{ bits: number; planar: number }>;

/** PS3.5 tables 8.2.1-1 to 8.2.4-1: RLE lies by plane whatever is said of it, and may say either; IODs differ in what they want. */
function colourForm(
  target: string,
  colour: string,
  { bits, planar }: Cells,
): EncodedForm | undefined {
  if (colour !== 'RGB' && (colour !== 'YBR_FULL' || bits !== 8)) return undefined;
  if (target === RLELossless) return form(colour, planar);
  if (!J2K.includes(target)) return form(colour, 0);
  return colour === 'RGB' && bits === 8 ? form('YBR_RCT', 0) : undefined;
}

const form = (photometricInterpretation: string, planarConfiguration: number): EncodedForm => ({
  photometricInterpretation,
  planarConfiguration,
});

/** The transfer syntaxes that frames which are stored so can be encoded in. */
export const encodableSyntaxes = (stored: string, it: PixelDescription): readonly string[] =>
  ENCODED_SYNTAXES.filter(
    (target) => target !== stored && encodedForm(target, stored, it) !== undefined,
  );
