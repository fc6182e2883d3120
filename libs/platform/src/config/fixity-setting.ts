import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { wholeNumber } from './whole-number.js';

/** How everything is read again. */
export type FixitySettings = Readonly<{
  /** Within so many days every object. */
  days: number;
  /** No faster than so many bytes in a second. */
  bytesPerSecond: number;
  /** A folder on another disk or machine where each pack lies a second time; undefined: none. */
  secondCopy: string | undefined;
}>;

function isFolder(text: string): boolean {
  return isAbsolute(text) && !text.includes('\0');
}

const MEGABYTE = 1_000_000;

export const fixitySettings = {
  ARKIM_FIXITY_DAYS: wholeNumber(1, 3_650).default(90),
  /** Megabytes per second. */
  ARKIM_FIXITY_RATE: wholeNumber(1, 10_000).default(20),
  ARKIM_SECOND_COPY: z
    .string()
    .refine(isFolder, 'must be the absolute path of a folder')
    .optional(),
};

type FixityValues = Readonly<{
  ARKIM_FIXITY_DAYS: number;
  ARKIM_FIXITY_RATE: number;
  ARKIM_SECOND_COPY?: string | undefined;
}>;

export const fixityOf = (data: FixityValues): FixitySettings => ({
  days: data.ARKIM_FIXITY_DAYS,
  bytesPerSecond: data.ARKIM_FIXITY_RATE * MEGABYTE,
  secondCopy: data.ARKIM_SECOND_COPY,
});
