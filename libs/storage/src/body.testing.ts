/** The slices as a body; each turn of the loop comes later, as from a socket. */
export async function* bodyOf(...slices: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const slice of slices) {
    await Promise.resolve();
    yield slice;
  }
}

/** `bytes` cut at `cuts` (any numbers), as a body. */
export function cutBody(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return bodyOf(...places.map((end, index) => bytes.subarray(places[index - 1] ?? 0, end)));
}

/** Gives its slices, then waits for ever; `waiting` resolves when it does. */
export function stuckBody(...slices: readonly Uint8Array[]) {
  const waiting = Promise.withResolvers<void>();
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* slices;
    waiting.resolve();
    await new Promise(() => undefined);
  }
  return { body: body(), waiting: waiting.promise };
}

/** Gives its slices, then breaks. */
export async function* brokenBody(
  error: Error,
  ...slices: readonly Uint8Array[]
): AsyncGenerator<Uint8Array> {
  yield* slices;
  throw error;
}

/** All chunks in one buffer. */
export async function collect(chunks: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  if (!chunks) throw new Error('nothing to collect');
  return Buffer.concat(await Array.fromAsync(chunks));
}

/** `length` bytes that differ from those of another seed. */
export function bytesOf(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = Math.imul(seed, 2_654_435_761);
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
