import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boundaries,
  inChunks,
  joined,
  nearMisses,
  outcomeOf,
  readAll,
} from './multipart.testing.js';
import { MultipartError } from './multipart-error.js';
import { MULTIPART_BOUNDS, readMultipart } from './multipart-reader.js';
import { writeMultipart } from './multipart-writer.js';

const body = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
const read = (text: string, boundary = 'b') => readAll(inChunks(body(text), []), boundary);

describe('what is read', () => {
  test('what was written is read back, whatever the boundary, the bytes and the chunks', () =>
    fc.assert(
      fc.asyncProperty(
        boundaries.chain((boundary) =>
          fc.record({
            boundary: fc.constant(boundary),
            bodies: fc.array(nearMisses(boundary), { minLength: 1, maxLength: 5 }),
            cuts: fc.array(fc.nat(), { maxLength: 30 }),
          }),
        ),
        async ({ boundary, bodies, cuts }) => {
          const headers = [['Content-Type', 'application/dicom']] as const;
          const bytes = await joined(
            writeMultipart(
              bodies.map((content) => ({ headers, body: content })),
              boundary,
            ),
          );
          const parts = await readAll(inChunks(bytes, cuts), boundary);
          expect(parts.map((part) => part.body)).toEqual(bodies);
          expect(parts.map((part) => part.headers['content-type'])).toEqual(
            bodies.map(() => 'application/dicom'),
          );
        },
      ),
      { numRuns: 300 },
    ));

  test('preamble and epilogue are passed over', async () =>
    expect(await read('hello\n--b\n\none\n--b\n\ntwo\n--b--\nbye\n--b\n')).toMatchObject([
      { body: Buffer.from('one') },
      { body: Buffer.from('two') },
    ]));

  test('header names come in lower case, values trimmed, folded lines joined', async () => {
    const [part] = await read('--b\nContent-TYPE:  application/dicom \nX-A: 1\n 2\n\nx\n--b--');
    expect(part?.headers).toEqual({ 'content-type': 'application/dicom', 'x-a': '1 2' });
  });

  test('a part may have no header, no bytes, or neither', async () =>
    expect(await read('--b\n\nx\n--b\nA: 1\n\n\n--b\n\n\n--b\nA: 1\n--b\n\ny\n--b--')).toEqual([
      { headers: {}, body: Buffer.from('x') },
      { headers: { a: '1' }, body: Buffer.alloc(0) },
      { headers: {}, body: Buffer.alloc(0) },
      { headers: {}, body: Buffer.alloc(0) },
      { headers: {}, body: Buffer.from('y') },
    ]));

  test('bytes nobody reads are passed over', async () => {
    const seen: string[] = [];
    const source = inChunks(body('--b\nA: 1\n\none\n--b\nA: 2\n\ntwo\n--b--'), [3, 9, 14, 20, 30]);
    for await (const { headers } of readMultipart(source, 'b')) seen.push(headers.get('a') ?? '');
    expect(seen).toEqual(['1', '2']);
  });
});

describe('what is refused', () => {
  test('a body that ends before its closing boundary is truncated, wherever it is cut', async () => {
    const whole = body('--b\nA: 1\n\none\n--b\nA: 2\n\ntwo\n--b--');
    for (let end = '--b\n'.length + 1; end < whole.length; end++)
      expect(['truncated', 'no-parts'], `cut at ${end}`).toContain(
        await outcomeOf(inChunks(whole.subarray(0, end), [end >> 1]), 'b'),
      );
    expect(await outcomeOf(inChunks(whole, []), 'b')).toBe('done');
  });

  test('a body without parts is told from a truncated one', async () => {
    expect(await outcomeOf(inChunks(body('--b--\n'), []), 'b')).toBe('no-parts');
    expect(await outcomeOf(inChunks(Buffer.alloc(0), []), 'b')).toBe('no-parts');
    expect(await outcomeOf(inChunks(body('--other\n\nx\n--other--'), []), 'b')).toBe('no-parts');
    expect(await outcomeOf(inChunks(body('--b\n\nx'), []), 'b')).toBe('truncated');
  });

  test('a boundary is at most 70 legal characters', async () => {
    for (const boundary of ['', 'x'.repeat(71), 'a\r\nb', 'a ', 'é', 'a"b'])
      expect(await outcomeOf(inChunks(body('--b--'), []), boundary)).toBe('boundary');
    expect(
      await read(`--${'x'.repeat(70)}\n\n1\n--${'x'.repeat(70)}--`, 'x'.repeat(70)),
    ).toHaveLength(1);
  });

  test('parts are counted', async () => {
    const bounds = { ...MULTIPART_BOUNDS, partsMax: 3 };
    const parts = (count: number) => inChunks(body(`${'--b\n\nx\n'.repeat(count)}--b--`), []);
    expect(await outcomeOf(parts(3), 'b', bounds)).toBe('done');
    expect(await outcomeOf(parts(4), 'b', bounds)).toBe('too-many-parts');
  });

  test('a header that is too long or has too many fields is refused, also when it never ends', async () => {
    const long = `--b\nA: ${'x'.repeat(20_000)}\n\nx\n--b--`;
    expect(await outcomeOf(inChunks(body(long), [100, 9000]), 'b')).toBe('part-header-too-long');
    const many = `--b\n${'A: 1\n'.repeat(40)}\nx\n--b--`;
    expect(await outcomeOf(inChunks(body(many), []), 'b')).toBe('part-header-too-long');
    expect(await outcomeOf(endless('--b\r\nA: '), 'b')).toBe('part-header-too-long');
  });

  test('preamble and epilogue have an end', async () => {
    expect(await outcomeOf(endless('nothing'), 'b')).toBe('preamble-too-long');
    expect(await outcomeOf(endless('--b\r\n\r\nx\r\n--b--'), 'b')).toBe('epilogue-too-long');
  });

  const PIECES = ['--b', '--', '\r\n', '\r', '\n', 'A: 1', ':', 'b', 'xyz', '\0'];
  const hostile = (...pieces: string[]) =>
    fc
      .array(fc.constantFrom(...pieces), { maxLength: 40 })
      .map((list) => Buffer.from(list.join('')));
  const cuts = fc.array(fc.nat(), { maxLength: 10 });

  test('hostile bodies end in parts or in a MultipartError, never otherwise', () =>
    fc.assert(
      fc.asyncProperty(hostile('-', ...PIECES), cuts, async (bytes, places) => {
        await partsOrBroken(inChunks(bytes, places));
      }),
      { numRuns: 1000 },
    ));

  test('they are read alike in any chunks, but for a single dash after a boundary, which no body may have', () =>
    fc.assert(
      fc.asyncProperty(hostile(...PIECES), cuts, async (bytes, places) => {
        expect(await partsOrBroken(inChunks(bytes, places))).toEqual(
          await partsOrBroken(inChunks(bytes, [])),
        );
      }),
      { numRuns: 1000 },
    ));
});

describe('where it ends', () => {
  test('a client that goes away is heard by whoever reads', async () => {
    async function* gone() {
      yield body('--b\n\nx');
      throw new Error('aborted');
    }
    await expect(readAll(gone(), 'b')).rejects.toThrow('aborted');
  });

  test('the source is let go when reading stops early', async () => {
    let released = false;
    async function* source() {
      try {
        for (;;) yield body('--b\n\nx\n');
      } finally {
        released = true;
      }
    }
    for await (const _ of readMultipart(source(), 'b')) break;
    expect(released).toBe(true);
  });

  test('no more is asked of the source than the reader takes', async () => {
    let given = 0;
    async function* source() {
      yield body('--b\n\n');
      for (; given < 100; given++) yield Buffer.alloc(1000);
      yield body('\n--b--');
    }
    const parts = readMultipart(source(), 'b');
    const first = (await parts.next()).value;
    const bytes = first?.body[Symbol.asyncIterator]();
    for (let i = 0; i < 10; i++) await bytes?.next();
    expect(given).toBeLessThan(12);
    await parts.return();
  });
});

async function* endless(start: string): AsyncGenerator<Buffer> {
  yield Buffer.from(start);
  for (;;) yield Buffer.alloc(10_000, 'x');
}

/** Cut short right after the first boundary, a body counts as truncated or as without parts, as chunks have it. */
async function partsOrBroken(source: AsyncIterable<Buffer>) {
  try {
    return await readAll(source, 'b');
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error;
    return 'broken';
  }
}
