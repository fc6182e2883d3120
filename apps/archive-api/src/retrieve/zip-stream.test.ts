import { expect, test } from 'vitest';
import { writeZip, type ZipEntry } from './zip-stream.js';

const CHUNK = Buffer.alloc(64 * 1024, 1);

/** Files of many chunks that note how many were taken and whether they were closed. */
function slowFile(name: string, chunks: number) {
  const seen = { taken: 0, closed: false, opened: false };
  const entry: ZipEntry = {
    name,
    bytes: chunks * CHUNK.length,
    open: async () => {
      seen.opened = true;
      return (async function* () {
        try {
          for (; seen.taken < chunks; seen.taken++) yield CHUNK;
        } finally {
          seen.closed = true;
        }
      })();
    },
  };
  return { entry, seen };
}

test('no more is read than the reader takes, and the next file is opened in its turn', async () => {
  const [first, second] = [slowFile('A', 1000), slowFile('B', 1)];
  const zip = writeZip([first.entry, second.entry]);
  for (let count = 0; count < 20; count++) await zip.next();
  expect(first.seen.taken).toBeLessThan(60);
  expect(second.seen.opened).toBe(false);
  await zip.return(undefined);
});
test('who stops early closes what is open', async () => {
  const { entry, seen } = slowFile('A', 1000);
  for await (const _ of writeZip([entry])) if (seen.taken > 2) break;
  while (!seen.closed) await new Promise((go) => setImmediate(go));
  expect(seen.taken).toBeLessThan(60);
});
test('an archive that nobody reads opens nothing', async () => {
  const { entry, seen } = slowFile('A', 1);
  await writeZip([entry]).return(undefined);
  expect(seen.opened).toBe(false);
});
test.each(['open', 'read'])(
  'a file that cannot be had (%s) ends the archive with its fault',
  async (when) => {
    const entry: ZipEntry = {
      name: 'A',
      bytes: undefined,
      open: async () => {
        if (when === 'open') throw new Error('lost');
        return (async function* () {
          yield CHUNK;
          throw new Error('lost');
        })();
      },
    };
    const read = async () => {
      for await (const _ of writeZip([slowFile('B', 3).entry, entry]));
    };
    await expect(read()).rejects.toThrow('lost');
  },
);
test('a file that is not as long as it was said to be is a fault', async () => {
  const entry = { ...slowFile('A', 2).entry, bytes: 5 };
  const read = async () => {
    for await (const _ of writeZip([entry]));
  };
  await expect(read()).rejects.toThrow();
});
