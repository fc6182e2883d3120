import { connect, type Socket } from 'node:net';
import { encodeFrame, FRAME_BYTES_MAX, frameReader } from './hand-over/frames.js';
import type { IngestJob } from './ingest-job.js';

/** Jobs of more parts wait in the queue: the wait for it is little beside what they are. */
export const HANDED_PARTS_MAX = 32;

const RECONNECT_MS = 1_000;
/** What a frame says beside the bytes of small packs. */
const JSON_BYTES_MAX = 256 * 1024;

/** Gives jobs, durable in their packs, straight to a worker, which makes facts of them and commits each with its row of the queue (ADR 20). */
export type HandOver = Readonly<{
  /**
   * The receipt's JSON once it is durable; undefined when the job is to be queued, or the answer takes longer than `ms`: it may have
   * become facts all the same, and its row is in the queue then.
   */
  give: (job: IngestJob, ms: number) => Promise<string | undefined>;
  /** What is under way is answered with undefined. */
  close: () => void;
}>;

/** The hand-over to whoever listens at `path`; while nobody does, every job is to be queued. */
export function openHandOver(path: string): HandOver {
  const waiting = new Map<string, (receipt: string | undefined) => void>();
  let socket: Socket | undefined;
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  const lost = () => {
    socket = undefined;
    for (const answer of [...waiting.values()]) answer(undefined);
    if (!closed) again = setTimeout(open, RECONNECT_MS).unref();
  };
  const open = () => {
    const opening = connect(path);
    const read = frameReader(({ about }) => {
      const { id, receipt } = about as Readonly<{ id: string; receipt?: string }>;
      waiting.get(id)?.(receipt);
    });
    opening.on('connect', () => {
      socket = opening;
    });
    opening.on('data', (chunk) => tryOr(() => read(chunk), opening.destroy.bind(opening)));
    opening.on('error', () => opening.destroy());
    opening.on('close', lost);
    if (closed) opening.destroy();
  };
  open();

  return {
    give: (job, ms) => {
      const to = socket;
      if (to === undefined || !mayBeHanded(job)) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const answer = (receipt: string | undefined) => {
          clearTimeout(late);
          waiting.delete(job.id);
          resolve(receipt);
        };
        const late = setTimeout(answer, ms, undefined);
        waiting.set(job.id, answer);
        to.write(encodeFrame(frameOf(job)));
      });
    },
    close: () => {
      closed = true;
      clearTimeout(again);
      socket?.destroy();
    },
  };
}

function tryOr(act: () => void, otherwise: () => void): void {
  try {
    act();
  } catch {
    otherwise();
  }
}

const bytesOf = ({ bodies = [] }: IngestJob) =>
  bodies.reduce((sum, { body }) => sum + body.length, 0);

const mayBeHanded = (job: IngestJob): boolean =>
  job.parts.length > 0 &&
  job.parts.length <= HANDED_PARTS_MAX &&
  bytesOf(job) <= FRAME_BYTES_MAX - JSON_BYTES_MAX;

function frameOf({ bodies = [], ...job }: IngestJob) {
  const lengths = bodies.map(({ key, body }) => ({ key, bytes: body.length }));
  return {
    about: { ...job, bodies: lengths },
    body: Buffer.concat(bodies.map(({ body }) => body)),
  };
}
