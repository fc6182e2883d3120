import { MasterKeyUnavailable } from '../master-key.js';
import { type CallPkcs11, Pkcs11Fault } from './functions.js';
import { attributes, mechanism, WORD_BYTES, word, wordsIn } from './structures.js';

/** A session with one token, logged in. */
export type Pkcs11Session = Readonly<{ call: CallPkcs11; handle: bigint }>;

const SLOTS_MAX = 64;
const TOKEN_INFO_BYTES_MAX = 512;
const LABEL_BYTES = 32;
/** CKF_SERIAL_SESSION | CKF_RW_SESSION */
const SESSION_FLAGS = 0x6;
const CKU_USER = 1;
/** CKF_OS_LOCKING_OK: it is called by several threads. */
const LOCKING = 0x2;
const CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
const CKR_USER_ALREADY_LOGGED_IN = 0x100;

const CKA = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  valueLength: 0x161,
  extractable: 0x162,
} as const;
const CKO_SECRET_KEY = 0x4;
const CKK_AES = 0x1f;
const CKM_AES_KEY_GEN = 0x1080;
const KEY_BYTES = 32;
const TRUE = Buffer.of(1);
const FALSE = Buffer.of(0);

/** The token that its label names, with the user logged in. Throws MasterKeyUnavailable. */
export async function openSession(
  call: CallPkcs11,
  { token, pin }: Readonly<{ token: string; pin: string }>,
): Promise<Pkcs11Session> {
  /* CK_C_INITIALIZE_ARGS: four callbacks, flags, reserved. */
  const settings = Buffer.alloc(6 * WORD_BYTES);
  settings.writeBigUInt64LE(BigInt(LOCKING), 4 * WORD_BYTES);
  await call('C_Initialize', [settings], [CKR_CRYPTOKI_ALREADY_INITIALIZED]);
  const opened = word();
  const slot = await slotOf(call, token);
  await call('C_OpenSession', [slot, SESSION_FLAGS, null, null, opened]);
  const handle = opened.readBigUInt64LE();
  const bytes = Buffer.from(pin);
  await call('C_Login', [handle, CKU_USER, bytes, bytes.length], [CKR_USER_ALREADY_LOGGED_IN]);
  return { call, handle };
}

/** The secret key of this label; undefined when there is none. Throws when there are several. */
export async function findKey(
  { call, handle }: Pkcs11Session,
  label: string,
): Promise<bigint | undefined> {
  const template = attributes([
    [CKA.class, word(CKO_SECRET_KEY)],
    [CKA.label, Buffer.from(label)],
  ]);
  await call('C_FindObjectsInit', [handle, template, template.keep.length]);
  const found = Buffer.alloc(2 * WORD_BYTES);
  const count = word();
  try {
    await call('C_FindObjects', [handle, found, 2, count]);
  } finally {
    await call('C_FindObjectsFinal', [handle]);
  }
  const [key, another] = wordsIn(found, Number(count.readBigUInt64LE()));
  if (another !== undefined)
    throw new MasterKeyUnavailable(`the token has several keys named ${label}`);
  return key;
}

/** Makes an AES-256 key that stays in the token and can't be taken out of it. */
export async function generateKey({ call, handle }: Pkcs11Session, label: string): Promise<void> {
  const template = attributes([
    [CKA.class, word(CKO_SECRET_KEY)],
    [CKA.keyType, word(CKK_AES)],
    [CKA.valueLength, word(KEY_BYTES)],
    [CKA.label, Buffer.from(label)],
    [CKA.token, TRUE],
    [CKA.private, TRUE],
    [CKA.sensitive, TRUE],
    [CKA.extractable, FALSE],
    [CKA.encrypt, TRUE],
    [CKA.decrypt, TRUE],
  ]);
  const how = mechanism(CKM_AES_KEY_GEN);
  const size = template.keep.length;
  await call('C_GenerateKey', [handle, how, template, size, word()]);
}

/** Whether the session is of no use any more, and another may be opened: the device was away, or somebody logged out (PKCS #11 2.40 §11.1). */
export const isSessionLost = (error: unknown): boolean =>
  error instanceof Pkcs11Fault && LOST.includes(error.code);

/* CKR_DEVICE_ERROR, _DEVICE_REMOVED, _OPERATION_ACTIVE, _SESSION_CLOSED, _SESSION_HANDLE_INVALID, _TOKEN_NOT_PRESENT, _USER_NOT_LOGGED_IN, _CRYPTOKI_NOT_INITIALIZED */
const LOST: readonly number[] = [0x30, 0x32, 0x90, 0xb0, 0xb3, 0xe0, 0x101, 0x190];

async function slotOf(call: CallPkcs11, token: string): Promise<bigint> {
  const count = word(SLOTS_MAX);
  const slots = Buffer.alloc(SLOTS_MAX * WORD_BYTES);
  await call('C_GetSlotList', [1, slots, count]);
  for (const slot of wordsIn(slots, Number(count.readBigUInt64LE()))) {
    const info = Buffer.alloc(TOKEN_INFO_BYTES_MAX);
    await call('C_GetTokenInfo', [slot, info]);
    if (info.toString('utf8', 0, LABEL_BYTES).trimEnd() === token) return slot;
  }
  throw new MasterKeyUnavailable('the PKCS #11 module has no token of this label');
}
