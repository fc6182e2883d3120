import { type PassThrough, Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of a ZIP archive: its path there, its length in bytes when that is known, and its bytes, asked for when it is its turn. */
export type ZipEntry = Readonly<{
  name: string;
  bytes: number | undefined;
  open: () => Promise<Buffer | AsyncIterable<Uint8Array>>;
}>;

/** A file whose length shows only at its end gets the 64 bit fields when it could need them. */
const UNKNOWN_BYTES = 2 ** 32;
/** The same content has the same bytes: the archive says nothing of when it was made. */
const TIME = { mtime: new Date('1980-01-01T00:00:00'), forceDosTimestamp: true } as const;
const STORED = { ...TIME, mode: 0o100644, compress: false } as const;
const STREAM = { objectMode: false, highWaterMark: 64 * 1024 } as const;

/**
 * A ZIP archive of files that are stored, not compressed; ZIP64 where it has to be. One file is open at a time, and it is read as fast as
 * the reader takes. Whoever stops early must `return` it, as `for await` does. Throws what opening or reading a file threw.
 */
export async function* writeZip(entries: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  const fail = (error: Error) => output.destroy(error);
  let open: Readable | undefined;
  zip.on('error', fail);
  for (const entry of entries)
    zip.addReadStreamLazy(entry.name, optionsOf(entry), (take) => {
      entry.open().then((body) => {
        if (output.destroyed) return;
        open = Readable.from(body, STREAM).once('error', fail);
        take(null, open);
      }, fail);
    });
  zip.end();
  try {
    yield* output as AsyncIterable<Buffer>;
  } finally {
    open?.destroy();
    output.destroy();
  }
}

const optionsOf = ({ bytes }: ZipEntry) =>
  bytes === undefined
    ? { ...STORED, forceZip64Format: true }
    : { ...STORED, size: bytes, forceZip64Format: bytes >= UNKNOWN_BYTES };
