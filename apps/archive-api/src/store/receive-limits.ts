import { LANDING_LIMITS, type LandingLimits } from '#storage/landing-pack';

const GIB = 1024 ** 3;

/** Bounds on what one Store request may bring. A part above `landing.partBytesMax` fails alone; the others end the request. */
export type ReceiveLimits = Readonly<{
  partsMax: number;
  requestBytesMax: number;
  /** Longest time without a byte. */
  idleMsMax: number;
  landing: LandingLimits;
}>;

export const RECEIVE_LIMITS: ReceiveLimits = {
  partsMax: 10_000,
  requestBytesMax: 64 * GIB,
  idleMsMax: 30_000,
  landing: LANDING_LIMITS,
};
