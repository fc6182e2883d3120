import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EMPTY_SHA256, type RequestToSign, requestSigner } from './sign-request.js';

/* The credentials, the time, the requests and the signatures are the examples that AWS publishes with
   "Signature Calculations for the Authorization Header" of Amazon S3. */
const sign = requestSigner({
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
});
const EXAMPLE_MS = Date.UTC(2013, 4, 24);

const example = (request: Partial<RequestToSign>): RequestToSign => ({
  method: 'GET',
  host: 'examplebucket.s3.amazonaws.com',
  path: '/',
  query: [],
  headers: {},
  bodySha256: EMPTY_SHA256,
  ...request,
});

const EXAMPLES = [
  {
    name: 'GET of a range of an object',
    request: example({ path: '/test.txt', headers: { range: 'bytes=0-9' } }),
    signed: 'host;range;x-amz-content-sha256;x-amz-date',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    target: '/test.txt',
  },
  {
    name: 'PUT of an object whose name must be encoded',
    request: example({
      method: 'PUT',
      path: '/test$file.text',
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      bodySha256: createHash('sha256').update('Welcome to Amazon S3.').digest('hex'),
    }),
    signed: 'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    target: '/test%24file.text',
  },
  {
    name: 'GET with a parameter that has no value',
    request: example({ query: [['lifecycle', '']] }),
    signed: 'host;x-amz-content-sha256;x-amz-date',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    target: '/?lifecycle=',
  },
  {
    name: 'GET of a listing, its parameters out of order',
    request: example({
      query: [
        ['prefix', 'J'],
        ['max-keys', '2'],
      ],
    }),
    signed: 'host;x-amz-content-sha256;x-amz-date',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    target: '/?max-keys=2&prefix=J',
  },
];

describe('a signature of version 4', () => {
  for (const { name, request, signed, signature, target } of EXAMPLES)
    test(`is that of AWS’s example: ${name}`, () => {
      const { headers, target: found } = sign(request, EXAMPLE_MS);
      expect(headers['authorization']).toBe(
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
          `SignedHeaders=${signed}, Signature=${signature}`,
      );
      expect(headers['x-amz-date']).toBe('20130524T000000Z');
      expect(found).toBe(target);
    });

  test('has the key of its own day, whatever was signed before', () => {
    const request = example({ path: '/test.txt', headers: { range: 'bytes=0-9' } });
    const first = sign(request, EXAMPLE_MS);
    const other = sign(request, EXAMPLE_MS + 86_400_000);
    expect(other.headers['authorization']).toContain('/20130525/us-east-1/');
    expect(sign(request, EXAMPLE_MS)).toEqual(first);
  });

  test('a path and a parameter are encoded byte by byte, a slash of the path is not', () => {
    const { target } = sign(
      example({ path: "/a b/é(1)'*!", query: [['upload id', 'a/b+c=']] }),
      EXAMPLE_MS,
    );
    expect(target).toBe('/a%20b/%C3%A9%281%29%27%2A%21?upload%20id=a%2Fb%2Bc%3D');
  });
});
