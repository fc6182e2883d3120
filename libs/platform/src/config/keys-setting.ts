import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Where destroyed keys are written down besides the database; absolute. */
export type KeySettings = Readonly<{ ledgerFile: string }>;

export const keySettings = {
  ARKIM_KEY_LEDGER: z
    .string()
    .min(1)
    .refine((text) => !text.includes('\0'), 'must be a file')
    .optional(),
};

type Given = z.infer<z.ZodObject<typeof keySettings>>;

/** A file of the data folder when no other is named. */
export const keySettingsOf = ({ ARKIM_KEY_LEDGER }: Given, dataFolder: string): KeySettings => ({
  ledgerFile: resolve(ARKIM_KEY_LEDGER ?? join(dataFolder, 'keys', 'destroyed.ledger')),
});
