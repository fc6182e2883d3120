import { contextTag, type Der, DerFault, findPart, oidOf, partOf, readDer, TAG } from './der.js';
import { DIGESTS } from './digest-algorithms.js';

/** Who signed a token and over what (RFC 5652 §5.3); `signedAttributes` as the signature is over them. */
export type TokenSigner = Readonly<{
  digest: string;
  signatureAlgorithm: string;
  signature: Buffer;
  signedAttributes: Buffer;
  contentType: string;
  messageDigest: Buffer;
  /** The hash by which the signer names their certificate (RFC 5816), and its digest. */
  certificate: Readonly<{ digest: string; hash: Buffer }>;
}>;

/** A time-stamp token (RFC 3161 §2.4.2) taken apart; nothing of it is believed yet. `at`: ISO 8601 in UTC. */
export type TimeStampToken = Readonly<{
  imprint: Readonly<{ digest: string; hash: Buffer }>;
  at: string;
  serial: string;
  /** As the request had it, without leading zeros. */
  nonce: string | undefined;
  /** TSTInfo as it was signed. */
  content: Buffer;
  certificates: readonly Buffer[];
  signer: TokenSigner;
}>;

const SIGNED_DATA = '1.2.840.113549.1.7.2';
/** The content type of TSTInfo. */
export const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const ATTRIBUTES = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};
const CERTIFICATES_MAX = 16;

/** Reads a token (ContentInfo in DER). Throws DerFault. */
export function readTimeStampToken(der: Uint8Array): TimeStampToken {
  const info = readDer(der);
  if (oidOf(partOf(info, 0, TAG.oid)) !== SIGNED_DATA) throw new DerFault('not signed data');
  const signed = partOf(partOf(info, 1, contextTag(0)), 0, TAG.sequence);
  const encapsulated = partOf(signed, 2, TAG.sequence);
  if (oidOf(partOf(encapsulated, 0, TAG.oid)) !== TST_INFO) throw new DerFault('not a time-stamp');
  const { content } = partOf(partOf(encapsulated, 1, contextTag(0)), 0, TAG.octets);
  const certificates = findPart(signed, contextTag(0))?.parts ?? [];
  if (certificates.length > CERTIFICATES_MAX) throw new DerFault('too many certificates');
  const signers = signed.parts.at(-1);
  if (signers?.tag !== TAG.set || signers.parts.length !== 1) throw new DerFault('not one signer');
  return {
    ...readInfo(readDer(content)),
    content,
    certificates: certificates.map(({ raw }) => raw),
    signer: readSigner(partOf(signers, 0, TAG.sequence)),
  };
}

function readInfo(info: Der) {
  const imprint = partOf(info, 2, TAG.sequence);
  const nonce = info.parts.slice(5).find(({ tag }) => tag === TAG.integer);
  return {
    imprint: {
      digest: digestOf(partOf(imprint, 0, TAG.sequence)),
      hash: partOf(imprint, 1, TAG.octets).content,
    },
    serial: partOf(info, 3, TAG.integer).content.toString('hex'),
    at: momentOf(partOf(info, 4, TAG.time)),
    nonce: nonce && bareNumber(nonce.content),
  };
}

/** Hex without leading zeros. */
export const bareNumber = (bytes: Buffer): string => bytes.toString('hex').replace(/^0+/, '');

/* RFC 3161 §2.4.2: in UTC, with seconds, fractions of them at will. */
function momentOf({ content }: Der): string {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(
    content.toString('latin1'),
  );
  const [, year, month, day, hour, minute, second, fraction = ''] = found ?? [];
  const at = new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`,
  );
  if (Number.isNaN(at.getTime())) throw new DerFault('no moment');
  return at.toISOString();
}

function digestOf(algorithm: Der): string {
  const digest = DIGESTS[oidOf(partOf(algorithm, 0, TAG.oid))];
  if (digest === undefined) throw new DerFault('a digest that is not believed');
  return digest;
}

function readSigner(signer: Der): TokenSigner {
  const attributes = partOf(signer, 3, contextTag(0));
  const signedAttributes = Buffer.from(attributes.raw);
  signedAttributes[0] = 0x31;
  return {
    digest: digestOf(partOf(signer, 2, TAG.sequence)),
    signatureAlgorithm: oidOf(partOf(partOf(signer, 4, TAG.sequence), 0, TAG.oid)),
    signature: partOf(signer, 5, TAG.octets).content,
    signedAttributes,
    contentType: oidOf(attributeOf(attributes, ATTRIBUTES.contentType)),
    messageDigest: attributeOf(attributes, ATTRIBUTES.messageDigest).content,
    certificate: certificateOf(attributes),
  };
}

function attributeOf(attributes: Der, type: string): Der {
  const value = findAttribute(attributes, type);
  if (value === undefined) throw new DerFault('an attribute is missing');
  return value;
}

function findAttribute(attributes: Der, type: string): Der | undefined {
  const found = attributes.parts.filter((each) => oidOf(partOf(each, 0, TAG.oid)) === type);
  if (found.length > 1) throw new DerFault('an attribute stands twice');
  return found[0] && partOf(found[0], 1, TAG.set).parts[0];
}

/* RFC 5816 §2.2: the second form says its digest, SHA-256 when it doesn't; the first one's is SHA-1. */
function certificateOf(attributes: Der): TokenSigner['certificate'] {
  const second = findAttribute(attributes, ATTRIBUTES.signingCertificateV2);
  const named = second ?? attributeOf(attributes, ATTRIBUTES.signingCertificate);
  const first = partOf(partOf(named, 0, TAG.sequence), 0, TAG.sequence);
  if (second === undefined) return { digest: 'sha1', hash: partOf(first, 0, TAG.octets).content };
  const says = first.parts[0]?.tag === TAG.sequence;
  return {
    digest: says ? digestOf(partOf(first, 0, TAG.sequence)) : 'sha256',
    hash: partOf(first, says ? 1 : 0, TAG.octets).content,
  };
}
