import { setTimeout as wait } from 'node:timers/promises';
import type { FrameDecoder } from '#dicom/transcode';

const RETRY_MS = 50;
const RETRIES_MAX = 600;

/** Asks again while all conversions are taken. For frames behind the first byte of an answer, when it is too late for a 503. */
export const patient =
  (decode: FrameDecoder): FrameDecoder =>
  async (frame, signal) => {
    for (let retries = 0; ; retries++) {
      const converted = await decode(frame, signal);
      const isBusy = !converted.ok && converted.reason === 'busy';
      if (!isBusy || retries === RETRIES_MAX || signal?.aborted === true) return converted;
      await wait(RETRY_MS, undefined, { ref: false });
    }
  };

/** Patient from the second frame on: the first one is converted before the answer begins. */
export function patientAfterFirst(decode: FrameDecoder): FrameDecoder {
  let next = decode;
  return (frame, signal) => {
    const now = next;
    next = patient(decode);
    return now(frame, signal);
  };
}
