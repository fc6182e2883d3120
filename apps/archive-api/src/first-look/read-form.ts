import type { IncomingMessage } from 'node:http';

const FORM_BYTES_MAX = 1024;
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:;|$)/i;

/** The fields of a small HTML form; undefined when the body is something else, or too large. */
export async function readForm(
  request: IncomingMessage,
  bytesMax = FORM_BYTES_MAX,
): Promise<URLSearchParams | undefined> {
  if (!FORM_TYPE.test(request.headers['content-type'] ?? '')) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk as Buffer);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
