import { decodeFrame, type EncodedFrame } from './decode-frame.js';
import { encodedForm } from './encoded-form.js';
import { encodeHtj2k, encodeJ2k } from './pixel/encode-jpeg-2000.js';
import { encodeJpegLossless } from './pixel/encode-jpeg-lossless.js';
import { encodeJpegLs } from './pixel/encode-jpeg-ls.js';
import { encodeRle } from './pixel/encode-rle.js';
import { encoderSamples } from './pixel/encoder-samples.js';
import { fullChroma } from './pixel/full-chroma.js';
import { refused } from './pixel/samples.js';
import { type DecodedFrame, isSubsampled, type PixelDescription } from './pixel-description.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

/** A frame as it is stored, and the transfer syntax that it is wanted in; without one, native in Explicit VR Little Endian. */
export type FrameConversion = EncodedFrame & Readonly<{ target?: string }>;

/**
 * Decodes the frame and, when `target` says so, encodes it without loss: `bytes` are then the encoded ones, without padding,
 * and `photometricInterpretation` is what PS3.5 §8.2 wants beside them. Like decoding it holds its thread.
 */
export async function convertFrame(frame: FrameConversion): Promise<DecodedFrame> {
  const { target, transferSyntax, description } = frame;
  if (target === undefined || target === TransferSyntaxUid.ExplicitVRLittleEndian)
    return decodeFrame(frame);
  const form = encodedForm(target, transferSyntax, description);
  if (form === undefined) return refused('unsupported');
  const decoded = await decodeFrame(frame);
  if (!decoded.ok) return decoded;
  const { photometricInterpretation } = decoded;
  const it = { ...description, photometricInterpretation, planarConfiguration: 0 };
  const native = isSubsampled(it) ? fullChroma(it, decoded.bytes) : decoded.bytes;
  const bytes = native && (await encode(target, it, native));
  return bytes === undefined ? refused('unsupported') : { ok: true, bytes, ...form };
}

async function encode(
  target: string,
  it: PixelDescription,
  native: Uint8Array,
): Promise<Uint8Array | undefined> {
  if (target === TransferSyntaxUid.RLELossless) return encodeRle(it, native);
  const { rows, columns, samplesPerPixel: components } = it;
  const shape = { rows, columns, components };
  const samples = encoderSamples(it, native);
  switch (target) {
    case TransferSyntaxUid.JPEGLSLossless:
      return encodeJpegLs(shape, samples);
    case TransferSyntaxUid.JPEG2000Lossless:
      return encodeJ2k(shape, samples, it.pixelRepresentation === 1);
    case TransferSyntaxUid.HTJ2KLossless:
      return encodeHtj2k(shape, samples, it.pixelRepresentation === 1);
    default:
      return encodeJpegLossless(shape, samples);
  }
}
