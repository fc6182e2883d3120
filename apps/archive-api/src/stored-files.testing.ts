import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { frameIndexOf } from '#dicom/frame-index';
import { encodeFrameIndex } from '#dicom/frame-index-code';
import { readHeader } from '#dicom/read-header';
import { NONCE_BYTES, sealContent } from '#events/content-seal';
import type { KeyRing } from '#events/key-ring';
import { type ExtractedInstance, encodeExtract } from '#index/extract';
import { extractAssociation } from '#index/extract-reader';
import { type HeaderJson, textOf } from '#index/header-json';
import { factOf, type InstanceFact } from '#index/instance-fact';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { applyFindable } from '#index/postgres/findable-writer';
import type { ObjectStore } from '#storage/object-store';
import { packKey } from '#storage/pack';
import type { Ports } from './ports.js';

/** A file of the sample set, by its path below infra/samples, and what it names. */
export type Sample = Readonly<{
  bytes: Buffer;
  study: string;
  series: string;
  instance: string;
  header: HeaderJson;
}>;

type Read = Sample & Readonly<{ fact: InstanceFact; extracted: ExtractedInstance }>;

/** Makes files of ONE series findable for a hospital, as the workers would, all in one landing pack. */
export async function holdSeries(
  ports: Ports & Readonly<{ keys: KeyRing }>,
  hospital: string,
  ...files: readonly Buffer[]
): Promise<readonly Sample[]> {
  await ensureFindable(ports.pool);
  const reads = await Promise.all(files.map(readFileHeader));
  const { study, series } = reads[0]!;
  const claim = ports.ids.claim(hospital, study);
  const landing = await putPack(ports.objects, 'landing', files);
  const extract = await sealedExtract(ports.keys, claim, reads);
  const headers = await putPack(ports.objects, 'extract', [extract]);
  const { sha256, bytes } = headers.entries[0]!;
  const client = await ports.pool.connect();
  try {
    await applyFindable(client, 1, {
      packs: [landing, headers],
      stored: [
        {
          claim,
          hospital,
          series: ports.ids.series(hospital, study, series),
          version: 1,
          packs: [landing.pack, headers.pack],
          extract: { sha256, bytes },
          bytes: files.reduce((sum, file) => sum + file.length, 0),
          facts: reads.map(({ fact }) => fact),
          headers: reads.map(({ header }) => header),
        },
      ],
    });
    await client.query(
      `insert into reservations select decode(hash, 'hex'), $2, $3, '', 0 from unnest($1::text[]) as hash on conflict do nothing`,
      [
        reads.map(({ instance }) => ports.ids.instance(hospital, instance).toString('hex')),
        claim,
        ports.ids.series(hospital, study, series),
      ],
    );
  } finally {
    client.release();
  }
  return reads;
}

export const sampleFile = (path: string): Promise<Buffer> => readFile(`infra/samples/${path}`);

async function readFileHeader(bytes: Buffer): Promise<Read> {
  const read = await readHeader({
    length: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
  });
  if (!read.ok) throw new Error(`a sample cannot be read: ${read.error.reason}`);
  const header = read.header.dataSet as HeaderJson;
  const frames = frameIndexOf(read.header);
  const frameIndex = frames.ok ? encodeFrameIndex(frames.frameIndex) : null;
  const instance = textOf(header, '00080018');
  const sopClass = textOf(header, '00080016');
  const { transferSyntax, bulk, dataSetStart, deflated } = read.header;
  const sha256 = digest(bytes);
  const known = { instance, sopClass, transferSyntax, sha256, bytes: bytes.length, frameIndex };
  return {
    bytes,
    study: textOf(header, '0020000D'),
    series: textOf(header, '0020000E'),
    instance,
    header,
    fact: factOf(header, known),
    extracted: { json: JSON.stringify(header), bulk, frameIndex, dataSetStart, deflated },
  };
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function sealedExtract(keys: KeyRing, claim: string, reads: readonly Read[]) {
  const key = (await keys.ensure([claim])).get(claim);
  if (key === undefined || key === 'destroyed') throw new Error('a new study has no key');
  const plain = encodeExtract(reads.map(({ extracted }) => extracted));
  return sealContent(key.secret, extractAssociation(claim), plain, randomBytes(NONCE_BYTES));
}

/** Packs without a trailer: the index alone says where entries lie. */
async function putPack(
  objects: ObjectStore,
  kind: 'landing' | 'extract',
  bodies: readonly Buffer[],
) {
  const pack = randomUUID();
  const key = packKey(kind, pack);
  await objects.put(
    key,
    (async function* () {
      yield* bodies;
    })(),
  );
  let offset = 0;
  const entries = bodies.map((body, part) => {
    const entry = { part, offset, bytes: body.length, sha256: digest(body) };
    offset += body.length;
    return entry;
  });
  return { pack, kind, key, chunk: 0, entries };
}
