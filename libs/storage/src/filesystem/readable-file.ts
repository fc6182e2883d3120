import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from './refusal-of.js';

const readAsync = promisify(read);

/** A file that is open for reading. Only the read waits for the disk and goes to another thread; see writable-file.ts. */
export type ReadableFile = Readonly<{
  bytes: number;
  read: (
    into: Buffer,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ bytesRead: number }>;
  /** In this thread; gives how many bytes were read. */
  readNow: (into: Buffer, offset: number, length: number, position: number) => number;
  /** How many names the file has now: none once it was removed. */
  links: () => number;
  isOpen: () => boolean;
  /** Once, when no read is under way. */
  close: () => void;
}>;

/** Opens a file that never changes; undefined when there is none under that path. Throws what else the system says. */
export function openReadable(path: string): ReadableFile | undefined {
  const descriptor = openIfThere(path);
  if (descriptor === undefined) return undefined;
  try {
    const found = fstatSync(descriptor);
    if (found.isFile()) return readable(descriptor, found.size);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  closeSync(descriptor);
  return undefined;
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The system gives a number again once it was closed: nothing is read by it from then on. */
function readable(descriptor: number, bytes: number): ReadableFile {
  let open = true;
  const whileOpen = () => {
    if (!open) throw new Error('the file was closed');
    return descriptor;
  };
  return {
    bytes,
    read: async (into, offset, length, position) =>
      readAsync(whileOpen(), into, offset, length, position),
    readNow: (into, offset, length, position) =>
      readSync(whileOpen(), into, offset, length, position),
    links: () => fstatSync(whileOpen()).nlink,
    isOpen: () => open,
    close: () => {
      closeSync(whileOpen());
      open = false;
    },
  };
}
