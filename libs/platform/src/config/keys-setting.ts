import { join, resolve } from 'node:path';
import { z } from 'zod';

/** A device that holds the master key: the shared library of its maker, the label of a token and the user's PIN. */
type Pkcs11Settings = Readonly<{ module: string; token: string; pin: string }>;

/** Where keys lie. */
export type KeySettings = Readonly<{
  /** Where destroyed keys are written down besides the database; absolute. */
  ledgerFile: string;
  /** Undefined: the master key lies in files of the data folder. */
  pkcs11: Pkcs11Settings | undefined;
}>;

export const keySettings = {
  ARKIM_KEY_LEDGER: z
    .string()
    .refine((text) => !text.includes('\0'), 'must be a file')
    .optional(),
  ARKIM_PKCS11_MODULE: z
    .string()
    .regex(/^\/[^\0]+$/, 'must be the absolute path of a shared library')
    .optional(),
  ARKIM_PKCS11_TOKEN: z
    .string()
    .regex(/^[\x20-\x7e]{1,32}$/, 'must be the label of a token, at most 32 characters')
    .optional(),
  ARKIM_PKCS11_PIN: z.string().min(1).max(255).optional(),
};

type Given = z.infer<z.ZodObject<typeof keySettings>>;

const PKCS11_NAMES = ['ARKIM_PKCS11_MODULE', 'ARKIM_PKCS11_TOKEN', 'ARKIM_PKCS11_PIN'] as const;

/** The setting of the device that is missing beside others; undefined when they fit together. */
export function missingKeySetting(set: Given): string | undefined {
  const given = PKCS11_NAMES.some((name) => set[name] !== undefined);
  return given ? PKCS11_NAMES.find((name) => set[name] === undefined) : undefined;
}

/** The ledger is a file of the data folder when no other is named. */
export const keySettingsOf = (set: Given, dataFolder: string): KeySettings => ({
  ledgerFile: resolve(set.ARKIM_KEY_LEDGER ?? join(dataFolder, 'keys', 'destroyed.ledger')),
  pkcs11:
    set.ARKIM_PKCS11_MODULE === undefined
      ? undefined
      : {
          module: set.ARKIM_PKCS11_MODULE,
          token: set.ARKIM_PKCS11_TOKEN ?? '',
          pin: set.ARKIM_PKCS11_PIN ?? '',
        },
});
