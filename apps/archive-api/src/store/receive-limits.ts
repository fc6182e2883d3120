import { LANDING_LIMITS, type LandingLimits } from '#storage/landing-pack';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Bounds on what one Store request may bring. A part above `landing.partBytesMax` fails alone; the others end the request. */
export type ReceiveLimits = Readonly<{
  partsMax: number;
  requestBytesMax: number;
  /** Names and values of the headers of one part. */
  partHeaderBytesMax: number;
  /** Metadata of one request, and of all requests that a process receives at the same time. */
  metadataBytesMax: number;
  metadataTogetherBytesMax: number;
  /** Longest time without a byte. */
  idleMsMax: number;
  landing: LandingLimits;
}>;

type NamedLimits = Pick<
  ReceiveLimits,
  'partsMax' | 'partHeaderBytesMax' | 'idleMsMax' | 'metadataBytesMax'
> &
  Readonly<{ partBytesMax: number }>;

export const RECEIVE_LIMITS: ReceiveLimits = {
  partsMax: 10_000,
  requestBytesMax: 64 * GIB,
  partHeaderBytesMax: 16 * 1024,
  metadataBytesMax: 16 * MIB,
  metadataTogetherBytesMax: 64 * MIB,
  idleMsMax: 30_000,
  landing: LANDING_LIMITS,
};

/** The limits as the settings have them; what no setting names stays as it is. */
export const receiveLimitsOf = ({ partBytesMax, ...named }: NamedLimits): ReceiveLimits => ({
  ...RECEIVE_LIMITS,
  ...named,
  metadataTogetherBytesMax: Math.max(
    RECEIVE_LIMITS.metadataTogetherBytesMax,
    named.metadataBytesMax,
  ),
  requestBytesMax: Math.max(RECEIVE_LIMITS.requestBytesMax, partBytesMax),
  landing: { ...RECEIVE_LIMITS.landing, partBytesMax },
});
