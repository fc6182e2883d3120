import { createHash, createHmac } from 'node:crypto';

/** Whose requests they are. */
export type S3Credentials = Readonly<{ accessKey: string; secretKey: string; region: string }>;

/** A request before it is signed. `path` and `query` aren't encoded yet; `headers` have lower-case names and all that is to be signed, without `host`. */
export type RequestToSign = Readonly<{
  method: string;
  host: string;
  path: string;
  query: readonly (readonly [name: string, value: string])[];
  headers: Readonly<Record<string, string>>;
  /** SHA-256 (hex) of the body, which the server checks. */
  bodySha256: string;
}>;

/** A request as it is sent: `target` is path and query, `headers` are complete but for `content-length`. */
export type SignedRequest = Readonly<{ target: string; headers: Readonly<Record<string, string>> }>;

/** SHA-256 (hex) of no bytes at all. */
export const EMPTY_SHA256 = sha256Hex('');

/**
 * Signs by AWS Signature Version 4 in the form of S3 (one chunk, in the Authorization field). The key of a day is derived once.
 * `nowMs` (UTC epoch milliseconds) may differ by 15 minutes from the server's clock.
 */
export function requestSigner(
  credentials: S3Credentials,
): (request: RequestToSign, nowMs: number) => SignedRequest {
  let day = '';
  let key: Buffer = Buffer.alloc(0);
  const keyOf = (date: string): Buffer => {
    if (date !== day) key = signingKey(credentials, date);
    day = date;
    return key;
  };

  return (request, nowMs) => {
    const time = new Date(nowMs).toISOString().replaceAll(/-|:|\.\d{3}/g, '');
    const date = time.slice(0, 8);
    const scope = `${date}/${credentials.region}/s3/aws4_request`;
    const { target, headers, names, canonical } = canonicalRequest(request, time);
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256Hex(canonical)}`;
    const signature = createHmac('sha256', keyOf(date)).update(toSign).digest('hex');
    const authorization =
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKey}/${scope}, ` +
      `SignedHeaders=${names}, Signature=${signature}`;
    return { target, headers: { ...headers, authorization } };
  };
}

function signingKey({ secretKey, region }: S3Credentials, date: string): Buffer {
  return [date, region, 's3', 'aws4_request'].reduce(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secretKey}`),
  );
}

function canonicalRequest(request: RequestToSign, time: string) {
  const { method, host, bodySha256 } = request;
  const headers: Record<string, string> = {
    ...request.headers,
    host,
    'x-amz-content-sha256': bodySha256,
    'x-amz-date': time,
  };
  const sorted = Object.keys(headers).sort();
  const names = sorted.join(';');
  const lines = sorted.map((name) => `${name}:${headers[name]?.trim()}\n`).join('');
  const path = request.path.split('/').map(encodeUri).join('/');
  const query = request.query
    .map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`)
    .sort()
    .join('&');
  return {
    target: query === '' ? path : `${path}?${query}`,
    headers,
    names,
    canonical: `${method}\n${path}\n${query}\n${lines}\n${names}\n${bodySha256}`,
  };
}

/** All but the unreserved characters of RFC 3986, as the signature wants it. */
function encodeUri(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
