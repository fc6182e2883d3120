const BLOCK = 512;
const PASSED_OVER_AT_ONCE = 1 << 20;
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const FILE_TYPES = ['0', '\0'];

/**
 * The files of a tar stream (ustar, as npm packs) whose name is wanted, one after the other, each whole: {name, content}.
 * What else the archive holds is passed over; a torn one throws.
 */
export async function* tarFiles(chunks, isWanted) {
  const reader = byteReader(chunks);
  for (;;) {
    const head = await reader.take(BLOCK);
    if (head[0] === 0) return;
    const { name, size, isFile } = readHead(head);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (isFile && isWanted(name)) {
      if (size > FILE_BYTES_MAX) throw new Error('a file in the archive is too large');
      yield { name, content: (await reader.take(padded)).subarray(0, size) };
    } else await reader.passOver(padded);
  }
}

function readHead(head) {
  const text = (from, to) => head.toString('utf8', from, to).replace(/\0.*$/s, '');
  const prefix = text(345, 500);
  const size = Number.parseInt(text(124, 136), 8);
  if (!Number.isSafeInteger(size)) throw new Error('the archive is no tar');
  const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
  return { name, size, isFile: FILE_TYPES.includes(head.toString('latin1', 156, 157)) };
}

function byteReader(chunks) {
  const source = chunks[Symbol.asyncIterator]();
  let held = [];
  let heldBytes = 0;
  const take = async (bytes) => {
    while (heldBytes < bytes) {
      const { value, done } = await source.next();
      if (done) throw new Error('the archive ends too early');
      held.push(value);
      heldBytes += value.length;
    }
    const all = held.length === 1 ? held[0] : Buffer.concat(held);
    held = [all.subarray(bytes)];
    heldBytes -= bytes;
    return all.subarray(0, bytes);
  };
  const passOver = async (bytes) => {
    for (let left = bytes; left > 0; left -= PASSED_OVER_AT_ONCE)
      await take(Math.min(left, PASSED_OVER_AT_ONCE));
  };
  return { take, passOver };
}
