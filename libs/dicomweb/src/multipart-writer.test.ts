import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joined, listed } from './multipart.testing.js';
import {
  multipartBuffers,
  multipartContentType,
  multipartLength,
  writeMultipart,
} from './multipart-writer.js';

const headers = [['Content-Type', 'application/octet-stream']] as const;
const part = (body: Buffer) => ({ headers, body });
const text = async (chunks: AsyncIterable<Buffer>) => (await joined(chunks)).toString('latin1');

test('parts stand between boundaries, each with its header', async () =>
  expect(await text(writeMultipart([part(Buffer.from('one')), part(Buffer.from(''))], 'b'))).toBe(
    '--b\r\nContent-Type: application/octet-stream\r\n\r\none\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n',
  ));

test('the length told beforehand is the length written, and the list of buffers the same bytes', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(40_000), { maxLength: 6 }), async (lengths) => {
      const parts = lengths.map((bytes) => part(Buffer.alloc(bytes, bytes)));
      const written = await joined(writeMultipart(parts, 'b'));
      expect(
        multipartLength(
          lengths.map((bytes) => ({ headers, bytes })),
          'b',
        ),
      ).toBe(written.length);
      expect(Buffer.concat(multipartBuffers(parts, 'b')).equals(written)).toBe(true);
    }),
  ));

test('small parts share chunks, large ones pass uncopied', async () => {
  const small = Array.from({ length: 1000 }, () => part(Buffer.alloc(100)));
  expect((await listed(writeMultipart(small, 'b'))).length).toBeLessThan(5);
  const large = Buffer.alloc(500_000);
  const chunks = await listed(writeMultipart([part(large), part(large)], 'b'));
  expect(chunks.filter((chunk) => chunk === large)).toHaveLength(2);
  expect(chunks).toHaveLength(5);
});

test('a body may be a stream', async () => {
  async function* body() {
    yield Buffer.from('on');
    yield Buffer.from('e');
  }
  expect(await text(writeMultipart([{ headers: [], body: body() }], 'b'))).toBe(
    '--b\r\n\r\none\r\n--b--\r\n',
  );
});

test('parts are asked for one after the other, only when the one before is written', async () => {
  const asked: number[] = [];
  async function* parts() {
    for (let i = 0; i < 3; i++) {
      asked.push(i);
      yield part(Buffer.alloc(100_000));
    }
  }
  const chunks = writeMultipart(parts(), 'b');
  await chunks.next();
  expect(asked).toEqual([0]);
  await chunks.return();
});

test("a header field can't bring in another", async () => {
  await expect(
    text(writeMultipart([{ headers: [['A', 'x\r\nB: y']], body: Buffer.alloc(0) }], 'b')),
  ).rejects.toThrow('header field');
  await expect(text(writeMultipart([part(Buffer.alloc(0))], 'x\r\n'))).rejects.toThrow('boundary');
});

test('the content type quotes what needs quotes', () =>
  expect(multipartContentType('application/dicom', 'a=b', '1.2.840.10008.1.2.1')).toBe(
    'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1; boundary="a=b"',
  ));
