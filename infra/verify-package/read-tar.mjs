// Reads a tar archive (POSIX.1-1988, ustar) file by file.
const BLOCK = 512;

const text = (head, start, length) =>
  head
    .toString('latin1', start, start + length)
    .split('\0')[0]
    .trim();

const sizeOf = (head) =>
  head[124] & 0x80 ? Number(head.readBigUInt64BE(128)) : Number.parseInt(text(head, 124, 12), 8);

function checked(head) {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 0x20 : head[at];
  const bytes = sizeOf(head);
  if (sum !== Number.parseInt(text(head, 148, 8), 8) || !Number.isSafeInteger(bytes))
    throw new Error('this is no tar archive, or a damaged one');
  const prefix = text(head, 345, 155);
  return { path: prefix ? `${prefix}/${text(head, 0, 100)}` : text(head, 0, 100), bytes };
}

/* Each body is read before the next file is asked for. */
export async function* readTar(stream) {
  const chunks = stream[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const upTo = async (max) => {
    while (held.length === 0) {
      const { done, value } = await chunks.next();
      if (done) throw new Error('the archive breaks off');
      held = value;
    }
    const part = held.subarray(0, max);
    held = held.subarray(part.length);
    return part;
  };
  const exactly = async (bytes) => {
    const parts = [];
    for (let left = bytes; left > 0; left -= parts.at(-1).length) parts.push(await upTo(left));
    return Buffer.concat(parts);
  };
  for (;;) {
    const head = await exactly(BLOCK);
    if (head.every((byte) => byte === 0)) return;
    const { path, bytes } = checked(head);
    let left = bytes;
    const body = (async function* () {
      while (left > 0) {
        const part = await upTo(left);
        left -= part.length;
        yield part;
      }
    })();
    yield { path, bytes, body };
    while (left > 0) left -= (await upTo(left)).length;
    await exactly((BLOCK - (bytes % BLOCK)) % BLOCK);
  }
}
