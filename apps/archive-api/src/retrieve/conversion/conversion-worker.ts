import { parentPort } from 'node:worker_threads';
import { convertFrame, type FrameConversion } from '#dicom/convert-frame';

/** Decodes, and encodes, one frame after the other; runs in a thread of its own, so that a codec can neither block nor take down the api. */
parentPort?.on('message', async (frame: FrameConversion) => {
  const converted = await convertFrame(frame);
  if (!converted.ok) {
    parentPort?.postMessage(converted);
    return;
  }
  const bytes = owned(converted.bytes);
  parentPort?.postMessage({ ...converted, bytes }, [bytes.buffer]);
});

/** Bytes with a buffer of their own, which can be handed over without a copy. */
function owned({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array<ArrayBuffer> {
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isWhole) return new Uint8Array(buffer);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}
