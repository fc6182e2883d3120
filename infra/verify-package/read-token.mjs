// Reads a time-stamp token (RFC 3161 §2.4.2, CMS SignedData of RFC 5652): what it is over, when it was made, and whether a key has signed it.
import { createHash, timingSafeEqual, verify } from 'node:crypto';

const OIDS = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};
const MESSAGE_DIGEST = '2a864886f70d010904';
const DEPTH_MAX = 32;

/* One value of DER: its tag, its content, itself whole, and what stands in it. */
function read(bytes, at = 0) {
  const tag = bytes[at];
  let [length, start] = [bytes[at + 1], at + 2];
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 4) throw new Error('DER');
    length = bytes.readUIntBE(start, count);
    start += count;
  }
  const end = start + length;
  if (tag === undefined || !(end <= bytes.length)) throw new Error('DER');
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end), end };
}

function items({ content }, depth = 0) {
  if (depth > DEPTH_MAX) throw new Error('DER');
  const found = [];
  for (let at = 0; at < content.length; at = found.at(-1).end) found.push(read(content, at));
  return found;
}

const algorithm = (sequence) => {
  const name = OIDS[items(sequence)[0].content.toString('hex')];
  if (!name) throw new Error('another hash');
  return name;
};

/* 20270131120000Z or with a fraction of the second. */
const moment = (text) =>
  text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/, '$1-$2-$3T$4:$5:$6$7Z');

export function readToken(token) {
  const [, wrapped] = items(read(token));
  const [, , encapsulated, ...rest] = items(items(wrapped)[0]);
  const info = items(items(encapsulated)[1])[0].content;
  const [, , imprint, , made] = items(read(info));
  const [hashed, digest] = items(imprint);
  const signer = items(items(rest.at(-1))[0]);
  const attributes = signer.find(({ tag }) => tag === 0xa0);
  if (!attributes) throw new Error('nothing is signed');
  const after = signer.indexOf(attributes);
  const hash = algorithm(signer[after - 1]);
  const signature = signer[after + 2].content;
  const stated = items(attributes)
    .map((attribute) => items(attribute))
    .find(([type]) => type.content.toString('hex') === MESSAGE_DIGEST);
  const over = stated && items(stated[1])[0].content;
  const own = createHash(hash).update(info).digest();
  /* RFC 5652 §5.4: signed as a SET, though they are written under another tag. */
  const signed = Buffer.concat([Buffer.of(0x31), attributes.whole.subarray(1)]);
  return {
    imprintAlgorithm: algorithm(hashed),
    imprint: digest.content,
    at: moment(made.content.toString('latin1')),
    isSignedBy: (key) =>
      over?.length === own.length &&
      timingSafeEqual(over, own) &&
      verify(hash, signed, key, signature),
  };
}
