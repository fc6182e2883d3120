import { isDeepStrictEqual } from 'node:util';
import { decodeFrame } from '#dicom/decode-frame';
import { dicomJsonText } from '#dicom/dicom-json';
import { type FrameIndex, frameIndexOf, frameRanges } from '#dicom/frame-index';
import { decodeFrameIndex, encodeFrameIndex } from '#dicom/frame-index-code';
import { pixelDescriptionOf } from '#dicom/pixel-description';
import { type Header, readHeader } from '#dicom/read-header';
import { transcodeToExplicitLittleEndian } from '#dicom/transcode';
import { dicomXml } from '#dicomweb/dicom-xml';
import { hostileFile } from './inputs/input-of-seed.js';

/** A child process that reads hostile files by their seeds, and says each before it begins and what came of it. */

const FRAME_BYTES_MAX = 64 * 1024 * 1024;
/** What an inflated data set may take here: the bound of the archive takes a second to reach. */
const INFLATED_BYTES_MAX = 128 * 1024 * 1024;
const XML_BOUNDS = { charactersMax: 16 * 1024 * 1024, depthMax: 64 };

type Outcome = Readonly<{ outcome: string; faults: readonly string[] }>;

async function readAll(bytes: Buffer): Promise<Outcome> {
  const file = {
    length: bytes.length,
    read: async (start: number, end: number) => bytes.subarray(start, end),
  };
  const limits = { inflatedBytesMax: INFLATED_BYTES_MAX };
  const result = await readHeader(file, limits);
  const transcoded = await transcode(file);
  if (!result.ok) {
    const isInside = result.error.offset <= Math.max(bytes.length, INFLATED_BYTES_MAX);
    return { outcome: result.error.reason, faults: isInside ? [] : ['an error outside the file'] };
  }
  const { header } = result;
  const frames = frameIndexOf(header);
  const indexed = frames.ok ? await readFrames(header, bytes, frames.frameIndex) : [];
  return {
    outcome: `read, ${frames.ok ? 'frames' : frames.error}, ${transcoded}`,
    faults: [...textFaults(header), ...indexed],
  };
}

/* JSON and XML are what is served of a header. */
function textFaults(header: Header): readonly string[] {
  const text = dicomJsonText(header.dataSet);
  const faults: string[] = [];
  if (!isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(header.dataSet))))
    faults.push('its JSON is another');
  if (!(text as string).isWellFormed()) faults.push('its JSON is no Unicode');
  dicomXml(header.dataSet, XML_BOUNDS);
  return faults;
}

const countOf = (index: FrameIndex) =>
  index.kind === 'native' ? index.frames : index.frames.length;

async function readFrames(header: Header, bytes: Buffer, index: FrameIndex): Promise<string[]> {
  const faults: string[] = [];
  const kept = JSON.parse(JSON.stringify(encodeFrameIndex(index)));
  if (!isDeepStrictEqual(decodeFrameIndex(kept), index))
    faults.push('its frame index is kept as another');
  const last = countOf(index) - 1;
  for (const frame of new Set([0, last >> 1, last])) {
    const ranges = frameRanges(index, frame) ?? [];
    if (ranges.length === 0) faults.push(`frame ${frame} of ${last + 1} has no range`);
    const isInside = ([offset, length]: readonly [number, number]) =>
      Number.isSafeInteger(offset) &&
      Number.isSafeInteger(length) &&
      offset >= 0 &&
      length >= 0 &&
      (header.deflated || offset + length <= bytes.length);
    if (!ranges.every(isInside)) faults.push(`frame ${frame} lies outside of the file`);
    else if (!header.deflated)
      await decode(
        header,
        Buffer.concat(ranges.map(([at, length]) => bytes.subarray(at, at + length))),
      );
  }
  return faults;
}

async function decode({ transferSyntax, dataSet }: Header, bytes: Buffer): Promise<void> {
  const description = pixelDescriptionOf(dataSet);
  await decodeFrame({
    transferSyntax,
    description,
    bytes: new Uint8Array(bytes),
    frameBytesMax: FRAME_BYTES_MAX,
  });
}

async function transcode(file: Parameters<typeof readHeader>[0]): Promise<string> {
  const limits = { inflatedBytesMax: INFLATED_BYTES_MAX };
  const transcoded = await transcodeToExplicitLittleEndian(file, {
    limits,
    frameBytesMax: FRAME_BYTES_MAX,
  });
  if (!transcoded.ok) return `not transcoded: ${transcoded.reason}`;
  try {
    for await (const _chunk of transcoded.chunks);
  } catch (error) {
    if (error instanceof Error && error.constructor.name === 'TranscodeFailed')
      return `transcoding broke off: ${error.message.replace(/ at .*/, '')}`;
    throw error;
  }
  return 'transcoded';
}

process.on('message', async ({ from, to, step }: { from: number; to: number; step: number }) => {
  for (let seed = from; seed < to; seed += step) {
    const { kind, bytes } = hostileFile(seed);
    process.send?.({ begun: seed, kind });
    const ended = await readAll(bytes).catch((error: unknown) => ({
      outcome: 'thrown',
      faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    }));
    process.send?.({ ended: seed, kind, ...ended });
  }
  process.send?.({ peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) });
  process.disconnect();
});
