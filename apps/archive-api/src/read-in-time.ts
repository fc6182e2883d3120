import { bodyTooSlow, ProblemException } from './problem.js';

/** The chunks of a body that has to be whole within `msMax`; a ProblemException when it isn't. */
export async function* inTime(
  source: AsyncIterator<unknown>,
  msMax: number,
): AsyncGenerator<Buffer> {
  let late: (error: ProblemException) => void = () => undefined;
  const limit = new Promise<never>((_, reject) => {
    late = reject;
  });
  limit.catch(() => undefined);
  const timer = setTimeout(() => late(new ProblemException(bodyTooSlow())), msMax);
  try {
    for (;;) {
      const { done, value } = await Promise.race([source.next(), limit]);
      if (done) return;
      yield value as Buffer;
    }
  } finally {
    clearTimeout(timer);
  }
}
