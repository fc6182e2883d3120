import koffi from 'koffi';
import { MasterKeyUnavailable } from '../master-key.js';
import { Structure } from './structures.js';

/** A function of PKCS #11 that didn't answer CKR_OK; `code`: CKR_… (PKCS #11 2.40 §11.1). */
export class Pkcs11Fault extends MasterKeyUnavailable {
  constructor(
    readonly call: string,
    readonly code: number,
  ) {
    super(`${call} of the PKCS #11 module answered 0x${code.toString(16)}`);
  }
}

/* What was passed comes back with the answer: whatever the device was pointed to is alive until then. */
type Call = (values: readonly unknown[]) => Promise<Readonly<{ answer: number; held: unknown }>>;

/** What each function takes; CK_ULONG is the platform's unsigned long. All answer CK_RV. */
const SIGNATURES = {
  C_Initialize: ['void *'],
  C_GetSlotList: ['uint8_t', 'void *', 'void *'],
  C_GetTokenInfo: ['ulong', 'void *'],
  C_OpenSession: ['ulong', 'ulong', 'void *', 'void *', 'void *'],
  C_CloseSession: ['ulong'],
  C_Login: ['ulong', 'ulong', 'void *', 'ulong'],
  C_FindObjectsInit: ['ulong', 'void *', 'ulong'],
  C_FindObjects: ['ulong', 'void *', 'ulong', 'void *'],
  C_FindObjectsFinal: ['ulong'],
  C_GenerateKey: ['ulong', 'void *', 'void *', 'ulong', 'void *'],
  C_DestroyObject: ['ulong', 'ulong'],
  C_EncryptInit: ['ulong', 'void *', 'ulong'],
  C_Encrypt: ['ulong', 'void *', 'ulong', 'void *', 'void *'],
  C_DecryptInit: ['ulong', 'void *', 'ulong'],
  C_Decrypt: ['ulong', 'void *', 'ulong', 'void *', 'void *'],
} as const;

export type Pkcs11Name = keyof typeof SIGNATURES;
/** Calls a function off the event loop. Throws Pkcs11Fault, unless the answer is one of `fine`. */
export type CallPkcs11 = (
  name: Pkcs11Name,
  values: readonly unknown[],
  fine?: readonly number[],
) => Promise<number>;

/** Loads a PKCS #11 module: a shared library of a device's maker. */
export function loadPkcs11(path: string): CallPkcs11 {
  const library = koffi.load(path);
  const loaded = new Map<Pkcs11Name, Call>();
  const callOf = (name: Pkcs11Name): Call => {
    const known = loaded.get(name);
    if (known) return known;
    const called = library.func('__cdecl', name, 'ulong', [...SIGNATURES[name]]);
    const call: Call = (held) =>
      new Promise((resolve, reject) =>
        called.async(...held.map(pointedTo), (error: Error | null, answer: number) =>
          error ? reject(error) : resolve({ answer: Number(answer), held }),
        ),
      );
    loaded.set(name, call);
    return call;
  };
  return async (name, values, fine = []) => {
    const { answer } = await callOf(name)(values);
    if (answer !== 0 && !fine.includes(answer)) throw new Pkcs11Fault(name, answer);
    return answer;
  };
}

const pointedTo = (value: unknown): unknown => (value instanceof Structure ? value.bytes : value);
