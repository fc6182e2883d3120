import { createHmac } from 'node:crypto';

const OPAQUE_BYTES = 16;

/** Opaque, stable ids of what a hospital holds: HMAC-SHA256 under the lookup key, so that a name tells nothing and needs no table to find (design D6, D12). */
export type OpaqueIds = Readonly<{
  claim: (hospital: string, study: string) => string;
  series: (hospital: string, study: string, series: string) => string;
  /** Key of the reservation of a SOP Instance UID within a hospital. */
  instance: (hospital: string, instance: string) => Buffer;
}>;

/** `lookupKey`: 32 secret bytes. */
export function opaqueIds(lookupKey: Buffer): OpaqueIds {
  const digest = (kind: string, ...names: readonly string[]) =>
    createHmac('sha256', lookupKey)
      .update([kind, ...names].join('\0'))
      .digest()
      .subarray(0, OPAQUE_BYTES);
  return {
    claim: (hospital, study) => digest('study', hospital, study).toString('hex'),
    series: (hospital, study, series) => digest('series', hospital, study, series).toString('hex'),
    instance: (hospital, instance) => digest('instance', hospital, instance),
  };
}
