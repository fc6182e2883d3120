import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

/** A backup that can't be opened: another recipient's, cut off, or changed. */
export class BackupBroken extends Error {}

/** The longest frame, sealed, in bytes. */
export const FRAME_BYTES_MAX = 4 * 1024 * 1024;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const LENGTH_BYTES = 4;
const USE = 'arkim key backup 1';
const HEAD = Buffer.from(`${USE}\n`);
/** RFC 8410 §4: what stands before the 32 bytes of an X25519 public key in SubjectPublicKeyInfo. */
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex');

/** An X25519 key in PEM, as `openssl genpkey -algorithm X25519` makes it and `openssl pkey -pubout` shows its public half. Throws BackupBroken. */
export function recipientOf(pem: string): KeyObject {
  return checked(() => createPublicKey(pem), 'public');
}

/** The private half; whoever has it opens every backup for this recipient. Throws BackupBroken. */
export function identityOf(pem: string): KeyObject {
  return checked(() => createPrivateKey(pem), 'private');
}

/**
 * Frames sealed for the recipient: each by AES-256-GCM under a key of this backup alone (X25519 with a fresh key, HKDF-SHA-256), with its
 * number and whether it is the last as associated data, so that none is left out, added or put elsewhere.
 */
export async function* sealFrames(
  recipient: KeyObject,
  frames: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  const own = generateKeyPairSync('x25519');
  const ephemeral = rawOf(own.publicKey);
  const key = sharedKey(own.privateKey, recipient, ephemeral);
  yield Buffer.concat([HEAD, ephemeral]);
  let number = 0;
  let held: Buffer | undefined;
  for await (const frame of frames) {
    if (held) yield sealFrame(key, number++, false, held);
    held = frame;
  }
  yield sealFrame(key, number, true, held ?? Buffer.alloc(0));
}

/** What `sealFrames` sealed. Throws BackupBroken, at the latest where the last frame should be. */
export async function* openFrames(
  identity: KeyObject,
  bytes: AsyncIterable<Uint8Array>,
): AsyncIterable<Buffer> {
  const read = reader(bytes);
  const head = await read(HEAD.length);
  if (!head?.equals(HEAD)) throw new BackupBroken('this is no backup of keys');
  const ephemeral = await read(KEY_BYTES);
  if (!ephemeral) throw new BackupBroken('the backup is cut off');
  const key = sharedKey(identity, publicOf(ephemeral), ephemeral);
  for (let number = 0, last = false; !last; number++) {
    const length = (await read(LENGTH_BYTES))?.readUInt32BE();
    if (length === undefined) throw new BackupBroken('the backup is cut off');
    if (length < 1 + TAG_BYTES || length > FRAME_BYTES_MAX)
      throw new BackupBroken('a frame of the backup has no possible length');
    const sealed = await read(length);
    if (!sealed) throw new BackupBroken('the backup is cut off');
    last = sealed[0] === 1;
    yield openFrame(key, number, last, sealed.subarray(1));
  }
  if (await read(1)) throw new BackupBroken('something follows the last frame of the backup');
}

function checked(make: () => KeyObject, half: string): KeyObject {
  const wrong = `the key must be the ${half} half of an X25519 key in PEM form`;
  try {
    const key = make();
    if (key.asymmetricKeyType !== 'x25519') throw new BackupBroken(wrong);
    return key;
  } catch (cause) {
    throw new BackupBroken(wrong, { cause });
  }
}

const rawOf = (key: KeyObject): Buffer =>
  key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);

const publicOf = (raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });

function sharedKey(privateKey: KeyObject, publicKey: KeyObject, ephemeral: Buffer): Buffer {
  const shared = diffieHellman({ privateKey, publicKey });
  return Buffer.from(hkdfSync('sha256', shared, ephemeral, USE, KEY_BYTES));
}

/* Each key seals one backup only: its frames are counted, and the count is the nonce. */
function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(number, NONCE_BYTES - LENGTH_BYTES);
  return nonce;
}

function sealFrame(key: Buffer, number: number, last: boolean, frame: Buffer): Buffer {
  const mark = Buffer.of(last ? 1 : 0);
  const cipher = createCipheriv(CIPHER, key, nonceOf(number)).setAAD(mark);
  const sealed = [mark, cipher.update(frame), cipher.final(), cipher.getAuthTag()];
  const body = Buffer.concat(sealed);
  if (body.length > FRAME_BYTES_MAX) throw new Error(`a frame of ${body.length} bytes`);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

function openFrame(key: Buffer, number: number, last: boolean, sealed: Buffer): Buffer {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, nonceOf(number))
    .setAAD(Buffer.of(last ? 1 : 0))
    .setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch (cause) {
    throw new BackupBroken('the backup does not open: it is another recipient’s, or was changed', {
      cause,
    });
  }
}

/** Hands out exactly as many bytes as asked for; undefined when there are fewer. */
function reader(bytes: AsyncIterable<Uint8Array>) {
  const chunks = bytes[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  return async (wanted: number): Promise<Buffer | undefined> => {
    while (held.length < wanted) {
      const { value, done } = await chunks.next();
      if (done) return undefined;
      held = Buffer.concat([held, value]);
    }
    const taken = held.subarray(0, wanted);
    held = held.subarray(wanted);
    return taken;
  };
}
