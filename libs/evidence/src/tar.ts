/** One file of a tar archive as it is read; its bytes have to be read before the next file is asked for. */
export type TarFile = Readonly<{ path: string; bytes: number; body: AsyncIterable<Buffer> }>;

const BLOCK = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const OCTAL_MAX = 0o77777777777;
const CHECKSUM = { start: 148, end: 156 } as const;

/** Ends an archive: two blocks of zeros. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** What stands before a file's bytes (POSIX.1-1988, ustar); sizes beyond 8 GiB as GNU tar writes them. Throws when the path doesn't fit. */
export function tarHead(path: string, bytes: number): Buffer {
  const { name, prefix } = partsOf(path);
  const head = Buffer.alloc(BLOCK);
  head.write(name, 0, 'latin1');
  head.write('0000644\0', 100, 'latin1');
  head.write('0000000\0', 108, 'latin1');
  head.write('0000000\0', 116, 'latin1');
  writeSize(head, bytes);
  head.write('00000000000\0', 136, 'latin1');
  head.write('0', 156, 'latin1');
  head.write('ustar\u000000', 257, 'latin1');
  head.write(prefix, 345, 'latin1');
  head.write(`${octal(checksumOf(head), 6)}\0 `, CHECKSUM.start, 'latin1');
  return head;
}

/** What fills the last block of a file. */
export const tarFill = (bytes: number): Buffer => Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);

/** The files of an archive, one after the other; throws when it breaks off or is no tar archive. */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarFile> {
  const source = byteSource(chunks);
  for (;;) {
    const head = await source.exactly(BLOCK);
    if (head.every((byte) => byte === 0)) return;
    const { path, bytes } = readHead(head);
    let left = bytes;
    const body = (async function* () {
      for (; left > 0; ) {
        const chunk = await source.upTo(left);
        left -= chunk.length;
        yield chunk;
      }
    })();
    yield { path, bytes, body };
    for (; left > 0; ) left -= (await source.upTo(left)).length;
    await source.exactly(tarFill(bytes).length);
  }
}

function readHead(head: Buffer): Pick<TarFile, 'path' | 'bytes'> {
  const stated = Number.parseInt(textAt(head, CHECKSUM.start, 8), 8);
  if (checksumOf(head) !== stated) throw new Error('not a tar archive, or a damaged one');
  const [name, prefix] = [textAt(head, 0, NAME_BYTES), textAt(head, 345, PREFIX_BYTES)];
  const path = prefix === '' ? name : `${prefix}/${name}`;
  const isBinary = ((head[124] ?? 0) & 0x80) !== 0;
  const bytes = isBinary
    ? Number(head.readBigUInt64BE(128))
    : Number.parseInt(textAt(head, 124, 12), 8);
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Error('a damaged tar archive');
  return { path, bytes };
}

const textAt = (head: Buffer, start: number, length: number): string =>
  head
    .toString('latin1', start, start + length)
    .replace(/\0[\s\S]*$/, '')
    .trim();

function writeSize(head: Buffer, bytes: number): void {
  if (bytes <= OCTAL_MAX) head.write(`${octal(bytes, 11)}\0`, 124, 'latin1');
  else {
    head[124] = 0x80;
    head.writeBigUInt64BE(BigInt(bytes), 128);
  }
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

/** All bytes of the head, its own checksum as spaces. */
const checksumOf = (head: Buffer): number =>
  head.reduce(
    (sum, byte, at) => sum + (at >= CHECKSUM.start && at < CHECKSUM.end ? 0x20 : byte),
    0,
  );

/** A long path is cut at a slash. */
function partsOf(path: string): Readonly<{ name: string; prefix: string }> {
  if (!/^[\x20-\x7e]+$/.test(path)) throw new RangeError('a path in a tar archive is ASCII');
  if (path.length <= NAME_BYTES) return { name: path, prefix: '' };
  const cut = path.indexOf('/', path.length - NAME_BYTES - 1);
  if (cut < 1 || cut > PREFIX_BYTES) throw new RangeError('a path is too long for a tar archive');
  return { name: path.slice(cut + 1), prefix: path.slice(0, cut) };
}

function byteSource(chunks: AsyncIterable<Buffer>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const upTo = async (max: number): Promise<Buffer> => {
    while (held.length === 0) {
      const next = await iterator.next();
      if (next.done === true) throw new Error('the tar archive breaks off');
      held = next.value;
    }
    const part = held.subarray(0, max);
    held = held.subarray(part.length);
    return part;
  };
  return {
    upTo,
    exactly: async (bytes: number): Promise<Buffer> => {
      const parts: Buffer[] = [];
      for (let left = bytes; left > 0; ) {
        const part = await upTo(left);
        parts.push(part);
        left -= part.length;
      }
      return Buffer.concat(parts);
    },
  };
}
