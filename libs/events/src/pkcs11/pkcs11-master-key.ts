import { NONCE_BYTES, SealBroken } from '../content-seal.js';
import type { Random } from '../key-ring.js';
import {
  type Labelled,
  type MasterKey,
  type MasterKeyKeeper,
  MasterKeyMissing,
} from '../master-key.js';
import type { Pkcs11Settings } from '../pkcs11-settings.js';
import { type CallPkcs11, loadPkcs11, Pkcs11Fault } from './functions.js';
import { findKey, generateKey, isSessionLost, openSession, type Pkcs11Session } from './session.js';
import { gcmMechanism, word } from './structures.js';

const TAG_BYTES = 16;
const WRAPPED_BYTES_MAX = 4_096;

/**
 * A master key whose versions are AES-256 keys of a token, labelled `arkim master <n>`: they are made there and never leave it. Each wrap is
 * one AES-GCM of the device, nonce first, as sealContent writes it. One session, one call at a time; a session that is lost is opened anew.
 */
export function pkcs11MasterKey(
  settings: Pkcs11Settings,
  random: Random,
): MasterKey & MasterKeyKeeper & Readonly<{ close: () => Promise<void> }> {
  const call = loadPkcs11(settings.module);
  let session: Promise<Pkcs11Session> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const once = async <T>(work: (opened: Pkcs11Session) => Promise<T>): Promise<T> => {
    session ??= openSession(call, settings);
    try {
      return await work(await session);
    } catch (error) {
      if (isSessionLost(error)) session = undefined;
      throw error;
    }
  };
  const inTurn = <T>(work: (opened: Pkcs11Session) => Promise<T>): Promise<T> => {
    const mine = turn.then(() =>
      once(work).catch((error: unknown) => {
        if (!isSessionLost(error)) throw error;
        return once(work);
      }),
    );
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    kind: 'pkcs11',
    wrap: (version, secrets) =>
      inTurn(async (opened) => {
        const key = await keyOf(opened, version);
        return each(secrets, (secret) => encrypt(opened, key, secret, random(NONCE_BYTES)));
      }),
    unwrap: (version, wrapped) =>
      inTurn(async (opened) => {
        const key = await keyOf(opened, version);
        return each(wrapped, (one) => decrypt(opened, key, one));
      }),
    make: (version) =>
      inTurn(async (opened) => {
        const label = labelOf(version);
        if ((await findKey(opened, label)) === undefined) await generateKey(opened, label);
      }),
    destroy: (version) =>
      inTurn(async (opened) => {
        const key = await findKey(opened, labelOf(version));
        if (key !== undefined) await opened.call('C_DestroyObject', [opened.handle, key]);
      }),
    close: async () => {
      const opened = await session;
      session = undefined;
      await opened?.call('C_CloseSession', [opened.handle]);
    },
  };
}

const labelOf = (version: number) => `arkim master ${version}`;

async function keyOf(session: Pkcs11Session, version: number): Promise<bigint> {
  const key = await findKey(session, labelOf(version));
  if (key === undefined) throw new MasterKeyMissing(version);
  return key;
}

async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}

async function encrypt(
  { call, handle }: Pkcs11Session,
  key: bigint,
  { label, bytes }: Labelled,
  nonce: Buffer,
): Promise<Buffer> {
  const how = gcmMechanism(nonce, Buffer.from(label), TAG_BYTES * 8);
  await call('C_EncryptInit', [handle, how, key]);
  return Buffer.concat([nonce, await run(call, 'C_Encrypt', handle, bytes)]);
}

/* The device says in words of its own that a tag doesn't fit: whatever it says but that it's away. */
async function decrypt(
  { call, handle }: Pkcs11Session,
  key: bigint,
  { label, bytes }: Labelled,
): Promise<Buffer> {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealBroken('too short for a seal');
  const sealed = Buffer.from(bytes);
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const how = gcmMechanism(nonce, Buffer.from(label), TAG_BYTES * 8);
  await call('C_DecryptInit', [handle, how, key]);
  try {
    return await run(call, 'C_Decrypt', handle, sealed.subarray(NONCE_BYTES));
  } catch (cause) {
    if (isSessionLost(cause) || !(cause instanceof Pkcs11Fault)) throw cause;
    throw new SealBroken('the seal does not open', { cause });
  }
}

async function run(
  call: CallPkcs11,
  name: 'C_Encrypt' | 'C_Decrypt',
  handle: bigint,
  bytes: Uint8Array,
): Promise<Buffer> {
  const output = Buffer.alloc(WRAPPED_BYTES_MAX);
  const length = word(output.length);
  await call(name, [handle, Buffer.from(bytes), bytes.length, output, length]);
  return Buffer.from(output.subarray(0, Number(length.readBigUInt64LE())));
}
