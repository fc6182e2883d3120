import { pipeline, Readable } from 'node:stream';
import { createDeflateRaw } from 'node:zlib';

/** A data set in Explicit VR Little Endian, deflated (PS3.5 §A.5): a raw stream, padded to even length. */
export async function* deflated(
  dataSet: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const deflater = createDeflateRaw();
  pipeline(Readable.from(dataSet), deflater, () => undefined);
  let length = 0;
  for await (const bytes of deflater as AsyncIterable<Buffer>) {
    length += bytes.length;
    yield bytes;
  }
  if (length % 2 === 1) yield Uint8Array.of(0);
}
