import { type CodedImage, readCodedImage } from '#dicom/coded-image';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { type Part10Source, planPart10 } from '#dicom/write-part10';
import { isTelling, OCTETS, type PixelForm, pixelFormOf } from '#dicomweb/bulk-media-type';
import type { PartRefusal } from '#storage/ingest-job';
import type { ObjectStore } from '#storage/object-store';
import { addressKey, type BulkPart, type BulkParts, bytesOfPart } from './bulk-parts.js';
import { withPixelDescription } from './pixel-description.js';

type BulkValue = NonNullable<ReturnType<Part10Source['bulk']>>;

/** What the instances of a request are built from. `uses` counts by address how often metadata names it. */
export type Materials = Readonly<{
  objects: ObjectStore;
  bulk: BulkParts;
  uses: ReadonlyMap<string, number>;
}>;

/** A file to write, or why there is none. */
export type Built =
  | Readonly<{ ok: true; body: AsyncIterable<Uint8Array>; bytes: number }>
  | Readonly<{ ok: false; refused: PartRefusal }>;

const PIXEL_DATA = '7FE00010';
const NUMBER_OF_FRAMES = '00280008';
/** So much of a compressed stream is looked at: its headers with a colour profile. */
const HEAD_BYTES_MAX = 256 * 1024;

/**
 * The Part 10 file of one data set (PS3.18 §10.5.2): pixels in the transfer syntax of their media type, compressed frames
 * encapsulated. Each address has to be named once, and once only in the request; several parts under one are frames or fragments.
 */
export async function buildInstance(materials: Materials, dataSet: unknown): Promise<Built> {
  const pixels = await pixelsOf(materials, dataSet);
  if ('refused' in pixels) return { ok: false, refused: pixels.refused };
  const missed: PartRefusal[] = [];
  const planned = planPart10({
    dataSet: pixels.image === undefined ? dataSet : withPixelDescription(dataSet, pixels.image),
    transferSyntax: pixels.transferSyntax,
    bulk: (uri) => {
      const found = addressKey(uri) === pixels.key ? pixels.value : plainValue(materials, uri);
      if (found === 'too-large') missed.push(found);
      return found === 'too-large' ? undefined : found;
    },
  });
  if (!planned.ok) return { ok: false, refused: missed[0] ?? 'not-built' };
  const { bytes, open } = planned.part10;
  return { ok: true, body: open(), bytes };
}

type Pixels = Readonly<{
  transferSyntax: string;
  key?: string;
  value?: BulkValue;
  image?: CodedImage | undefined;
}>;
type Refused = Readonly<{ refused: PartRefusal }>;

const NATIVE: Pixels = { transferSyntax: TransferSyntaxUid.ExplicitVRLittleEndian };

async function pixelsOf(materials: Materials, dataSet: unknown): Promise<Pixels | Refused> {
  const uri = member(member(dataSet, PIXEL_DATA), 'BulkDataURI');
  if (typeof uri !== 'string') return NATIVE;
  const key = addressKey(uri);
  const parts = materials.bulk.get(key) ?? [];
  const [first] = parts;
  if (first === undefined || materials.uses.get(key) !== 1) return { refused: 'not-built' };
  if (parts.some(({ place }) => place === undefined)) return { refused: 'too-large' };
  const image = await headOf(materials.objects, first);
  const form = formOf(parts, image);
  if (form.kind === 'unsupported') return { refused: 'unsupported-pixels' };
  if (form.kind === 'native')
    return parts.length === 1
      ? { ...NATIVE, key, value: { kind: 'value', value: bytesOfPart(materials.objects, first) } }
      : { refused: 'not-built' };
  const value = framesOf(materials, parts, { isVideo: form.isVideo, frames: framesIn(dataSet) });
  if (value === undefined) return { refused: 'not-built' };
  return { transferSyntax: form.transferSyntax, key, value, image };
}

/** All parts of one image have one form. */
function formOf(parts: readonly BulkPart[], image: CodedImage | undefined): PixelForm {
  const [first, ...others] = parts.map(({ type }) => type);
  const isMixed = others.some(
    (type) =>
      type?.mediaType !== first?.mediaType || type?.transferSyntax !== first?.transferSyntax,
  );
  return isMixed || first === undefined
    ? { kind: 'unsupported' }
    : pixelFormOf(first, image?.transferSyntax);
}

async function headOf(objects: ObjectStore, part: BulkPart): Promise<CodedImage | undefined> {
  const { place, type } = part;
  if (place === undefined || !isTelling(type ?? OCTETS)) return undefined;
  const end = place.offset + Math.min(place.bytes, HEAD_BYTES_MAX);
  const head = await objects.read(place.key, { start: place.offset, end });
  return head && readCodedImage(head);
}

type Count = Readonly<{ isVideo: boolean; frames: number }>;

/** A part for each frame (PS3.18 §10.5.1.4); a single frame may come in fragments, a video comes whole. */
function framesOf(
  { objects }: Materials,
  parts: readonly BulkPart[],
  { isVideo, frames }: Count,
): BulkValue | undefined {
  const fragments = parts.map((part) => bytesOfPart(objects, part));
  if (isVideo || frames === 1) return { kind: 'frames', frames: [fragments], offsets: !isVideo };
  return frames === parts.length
    ? { kind: 'frames', frames: fragments.map((fragment) => [fragment]), offsets: true }
    : undefined;
}

function framesIn(dataSet: unknown): number {
  const values = member(member(dataSet, NUMBER_OF_FRAMES), 'Value');
  const frames = Number(Array.isArray(values) ? values[0] : 1);
  return Number.isInteger(frames) && frames > 0 ? frames : 1;
}

function plainValue(
  { objects, bulk, uses }: Materials,
  uri: string,
): BulkValue | 'too-large' | undefined {
  const key = addressKey(uri);
  const [part, ...more] = bulk.get(key) ?? [];
  if (part === undefined || more.length > 0 || uses.get(key) !== 1) return undefined;
  return part.place === undefined
    ? 'too-large'
    : { kind: 'value', value: bytesOfPart(objects, part) };
}

/** A member of what may be an object. */
export const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
