import { pixelDescriptionOf } from '#dicom/pixel-description';
import { transferSyntaxOf } from '#dicom/transfer-syntax';
import type { OutgoingPart } from '#dicomweb/multipart-writer';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import { bulkdataOffers } from '#dicomweb/offers';
import type { BulkEntry } from '#index/extract';
import { ProblemException } from '../../problem.js';
import { bufferOf, frameSource, type StoredFrame } from '../frame-source.js';
import type { InstanceHeader } from '../instance-header.js';
import type { LocatedInstance } from '../locate.js';
import { notConverted } from '../not-converted.js';
import { type OpenedInstance, openValue } from '../rendered/bulk-value.js';
import type { RetrieveFramesPorts } from '../retrieve-frames.js';
import type { Member } from './bulk-members.js';

/** Pixel Data, Float Pixel Data, Double Float Pixel Data (PS3.18 §10.4.3.3.6). */
const PIXELS = ['7FE00010', '7FE00008', '7FE00009'];

const [VALUE] = bulkdataOffers();
const VALUE_TYPE = VALUE === undefined ? 'application/octet-stream' : contentTypeOf(VALUE);

/** The top-level pixels, where they are one native value. */
export function pixelEntry(
  { bulk }: InstanceHeader,
  { instance }: LocatedInstance,
): BulkEntry | undefined {
  const isEncapsulated = transferSyntaxOf(instance.transferSyntax)?.encapsulated === true;
  return isEncapsulated ? undefined : bulk.find(({ path }) => PIXELS.includes(path));
}

type Wanted = Readonly<{ member: Member; resource: 'bulkdata' | 'pixeldata'; framesMax: number }>;

/** The values of one instance, each named by the address that the metadata give (PS3.18 §10.4.3.3.5). */
export async function* bulkParts(
  ports: RetrieveFramesPorts,
  opened: OpenedInstance,
  { member, resource, framesMax }: Wanted,
): AsyncGenerator<OutgoingPart> {
  const { transferSyntax } = opened.located.instance;
  const isEncapsulated = transferSyntaxOf(transferSyntax)?.encapsulated === true;
  for (const entry of opened.header.bulk) {
    const isPixels = PIXELS.includes(entry.path);
    if (resource === 'pixeldata' && !isPixels) continue;
    const location = `${member.address}/bulkdata/${entry.path}`;
    if (isPixels && isEncapsulated)
      yield* frameParts(ports, opened, { offer: member.offer, location, framesMax });
    else
      yield {
        headers: headersOf(VALUE_TYPE, location),
        body: await openValue(ports, opened, entry),
      };
  }
}

const headersOf = (type: string, location: string): OutgoingPart['headers'] => [
  ['Content-Type', type],
  ['Content-Location', location],
];

type Form = Readonly<{ offer: Offer; location: string; framesMax: number }>;

async function* frameParts(
  ports: RetrieveFramesPorts,
  opened: OpenedInstance,
  { offer, location, framesMax }: Form,
): AsyncGenerator<OutgoingPart> {
  const source = await frameSource(ports, opened.located);
  const headers = headersOf(contentTypeOf(offer), location);
  for (let index = 0; index < Math.min(source?.count ?? 0, framesMax); index++) {
    const frame = source?.frame(index);
    if (frame === undefined) return;
    const body = offer.asStored ? await frame.open() : await decoded(ports, opened, frame, index);
    yield { headers, body };
  }
}

/** Kept under the name that Retrieve Frames uses. */
function decoded(
  ports: RetrieveFramesPorts,
  { located, dataSet }: OpenedInstance,
  frame: StoredFrame,
  index: number,
): Promise<Buffer> {
  const { sha256, transferSyntax } = located.instance;
  return ports.keptFrames.get(`${sha256}/${index + 1}`, async () => {
    const bytes = await bufferOf(await frame.open());
    const description = pixelDescriptionOf(dataSet);
    const native = await ports.decode({ transferSyntax, description, bytes });
    if (!native.ok) throw new ProblemException(notConverted(native.reason));
    const { buffer, byteOffset, length } = native.bytes;
    return Buffer.from(buffer, byteOffset, length);
  });
}
