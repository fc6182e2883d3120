import { parentPort } from 'node:worker_threads';
import { decodeFrame, type EncodedFrame } from '#dicom/decode-frame';

/** Decodes one frame after the other; runs in a thread of its own, so that a codec can neither block nor take down the api. */
parentPort?.on('message', async (frame: EncodedFrame) => {
  const decoded = await decodeFrame(frame);
  if (!decoded.ok) {
    parentPort?.postMessage(decoded);
    return;
  }
  const bytes = owned(decoded.bytes);
  parentPort?.postMessage({ ...decoded, bytes }, [bytes.buffer]);
});

/** Bytes with a buffer of their own, which can be handed over without a copy. */
function owned({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array<ArrayBuffer> {
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isWhole) return new Uint8Array(buffer);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}
