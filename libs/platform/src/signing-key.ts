import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorFault } from './operator-fault.js';
import { createSecretFile } from './secrets/secret-file.js';

/** What the archive signs with (Ed25519, RFC 8032). `keyId`: SHA-256 of the public key (SPKI, DER) in hex. */
export type SigningKey = Readonly<{
  keyId: string;
  publicKey: KeyObject;
  sign: (bytes: Buffer) => Buffer;
}>;

const FILE = 'signing.pem';

/** Reads `keys/signing.pem` of the data folder, or makes it: two who make it agree on one. Throws OperatorFault when it is no such key. */
export async function openSigningKey(dataFolder: string): Promise<SigningKey> {
  const folder = join(dataFolder, 'keys');
  const found = await readPem(join(folder, FILE));
  if (found !== undefined) return signingKey(found);
  const { privateKey } = generateKeyPairSync('ed25519');
  await createSecretFile(folder, FILE, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  return signingKey((await readPem(join(folder, FILE))) ?? '');
}

/** Of a private key in PEM. */
export function signingKey(pem: string): SigningKey {
  const privateKey = privateKeyOf(pem);
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    keyId: createHash('sha256').update(der).digest('hex'),
    publicKey,
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

const privateKeyOf = (pem: string): KeyObject => {
  const fault = `keys/${FILE} is no Ed25519 key`;
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new OperatorFault(fault, { cause });
  }
  throw new OperatorFault(fault);
};

const readPem = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new OperatorFault(`the key ${file} can't be read: ${error.code}`, { cause: error });
  });
