import { parentPort } from 'node:worker_threads';
import { displayFrame, type FrameToDisplay } from '#dicom/display-frame';

/** Draws one frame after the other; runs in a thread of its own, so that pixels can neither block nor take down the api. */
parentPort?.on('message', async (frame: FrameToDisplay) => {
  const drawn = await displayFrame(frame);
  if (!drawn.ok) {
    parentPort?.postMessage(drawn);
    return;
  }
  const bytes = owned(drawn.bytes);
  parentPort?.postMessage({ ...drawn, bytes }, [bytes.buffer]);
});

/** Bytes with a buffer of their own, which can be handed over without a copy. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
