import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorFault } from './operator-fault.js';
import { createSecretFile } from './secrets/secret-file.js';

/** The archive as it signs what it gives out: receipts, packages, certificates. */
export type ArchiveSigner = Readonly<{
  /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), in hex. */
  keyId: string;
  /** PEM. */
  publicKey: string;
  /** Ed25519 (RFC 8032) over these bytes, in base64. */
  sign: (bytes: Uint8Array) => string;
}>;

const FILE = 'signing.key';
const SEED_BYTES = 32;
/** RFC 8410 §7: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Opens `keys/signing.key` of the data folder and makes it when there's none; two at once agree on one. */
export async function openArchiveSigner(dataFolder: string): Promise<ArchiveSigner> {
  const folder = join(dataFolder, 'keys');
  const file = join(folder, FILE);
  if ((await readSeed(file)) === undefined) await createSecretFile(folder, FILE, SEED_BYTES);
  const seed = await readSeed(file);
  if (seed?.length !== SEED_BYTES)
    throw new OperatorFault(`the key ${file} isn't ${SEED_BYTES} bytes long`);
  return archiveSigner(seed);
}

/** A signer over 32 secret bytes. */
export function archiveSigner(seed: Uint8Array): ArchiveSigner {
  const der = Buffer.concat([PKCS8_HEAD, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const open = createPublicKey(key);
  return {
    keyId: keyIdOf(open),
    publicKey: open.export({ format: 'pem', type: 'spki' }).toString(),
    sign: (bytes) => signBytes(null, bytes, key).toString('base64'),
  };
}

const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex');

const readSeed = (file: string): Promise<Buffer | undefined> =>
  readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new OperatorFault(`the key ${file} can't be read: ${error.code}`, { cause: error });
  });
