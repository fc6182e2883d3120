import { wholeNumber } from './whole-number.js';

/** How everything is read again. */
export type FixitySettings = Readonly<{
  /** Within so many days every object. */
  days: number;
  /** No faster than so many bytes in a second. */
  bytesPerSecond: number;
}>;

const MEGABYTE = 1_000_000;

export const fixitySettings = {
  ARKIM_FIXITY_DAYS: wholeNumber(1, 3_650).default(90),
  /** Megabytes per second. */
  ARKIM_FIXITY_RATE: wholeNumber(1, 10_000).default(20),
};

type FixityValues = Readonly<{ ARKIM_FIXITY_DAYS: number; ARKIM_FIXITY_RATE: number }>;

export const fixityOf = ({
  ARKIM_FIXITY_DAYS,
  ARKIM_FIXITY_RATE,
}: FixityValues): FixitySettings => ({
  days: ARKIM_FIXITY_DAYS,
  bytesPerSecond: ARKIM_FIXITY_RATE * MEGABYTE,
});
