const BOUNDARY = 'acceptance-4f7a';

/** Body and head of a multipart/related request. */
export type Multipart = Readonly<{ headers: Record<string, string>; body: Buffer<ArrayBuffer> }>;

/** These files as one request of PS3.18 §10.5. */
export function multipart(files: readonly Uint8Array[], type = 'application/dicom'): Multipart {
  const pieces = files.flatMap((file) => [
    Buffer.from(`\r\n--${BOUNDARY}\r\nContent-Type: ${type}\r\n\r\n`),
    file,
  ]);
  return {
    headers: { 'content-type': `multipart/related; type="${type}"; boundary=${BOUNDARY}` },
    body: Buffer.concat([...pieces, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]),
  };
}

/** The same without ever holding all of it; each file may come in pieces. */
export async function* streamedMultipart(files: Iterable<Iterable<Uint8Array>>) {
  for (const file of files) {
    yield Buffer.from(`\r\n--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`);
    yield* file;
  }
  yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
}

export type Part = Readonly<{ headers: Headers; body: Buffer }>;

/** The parts of a multipart answer, by the boundary that its head names. */
export async function partsOf(answer: Response): Promise<readonly Part[]> {
  const [, boundary] = /boundary="?([^";]+)"?/.exec(answer.headers.get('content-type') ?? '') ?? [];
  if (boundary === undefined) throw new Error('the answer is not multipart');
  const text = Buffer.from(await answer.arrayBuffer());
  const parts: Part[] = [];
  const mark = `--${boundary}`;
  let at = text.indexOf(mark);
  while (at >= 0 && text.toString('latin1', at + mark.length, at + mark.length + 2) !== '--') {
    const head = at + mark.length + 2;
    const body = text.indexOf('\r\n\r\n', head) + 4;
    const next = text.indexOf(`\r\n${mark}`, body);
    const lines = text.toString('latin1', head, body - 4).split('\r\n');
    const headers = new Headers(lines.map((line) => line.split(/: */, 2) as [string, string]));
    parts.push({ headers, body: text.subarray(body, next) });
    at = next < 0 ? -1 : next + 2;
  }
  return parts;
}
