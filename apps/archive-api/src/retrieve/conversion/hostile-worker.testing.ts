import { parentPort, threadId } from 'node:worker_threads';
import type { EncodedFrame } from '#dicom/decode-frame';

/** Stands in for a codec that misbehaves; the transfer syntax of the frame says how. */
parentPort?.on('message', ({ transferSyntax, bytes }: EncodedFrame) => {
  if (transferSyntax === 'hang') for (;;);
  if (transferSyntax === 'throw') throw new Error('a codec fault');
  if (transferSyntax === 'exit') process.exit(3);
  const wait = transferSyntax === 'slow' ? 100 : 0;
  const answer = { ok: true, bytes, photometricInterpretation: `thread ${threadId}` };
  setTimeout(() => parentPort?.postMessage(answer), wait);
});
