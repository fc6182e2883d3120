import { createHmac, createSecretKey } from 'node:crypto';
import { boundedCache } from './bounded-cache.js';

const OPAQUE_BYTES = 16;
/** Names remembered: reading a series asks for the same one a thousand times. */
const REMEMBERED_MAX = 10_000;

/** Opaque, stable ids of what a hospital holds: HMAC-SHA256 under the lookup key, so that a name tells nothing and needs no table to find (design D6, D12). */
export type OpaqueIds = Readonly<{
  claim: (hospital: string, study: string) => string;
  series: (hospital: string, study: string, series: string) => string;
  /** A study wherever it is held. */
  study: (study: string) => string;
  /** Key of the reservation of a SOP Instance UID within a hospital. */
  instance: (hospital: string, instance: string) => Buffer;
  /** A patient's identifier: assigning authority and value. */
  patient: (authority: string, value: string) => string;
  /** What is between people and a patient: its kind and what tells it from others of the kind. */
  care: (kind: string, ...names: readonly string[]) => string;
}>;

/** `lookupKey`: 32 secret bytes. */
export function opaqueIds(lookupKey: Buffer): OpaqueIds {
  /* A key object is prepared once; bytes would be for each digest. */
  const key = createSecretKey(lookupKey);
  const digest = (kind: string, ...names: readonly string[]) =>
    createHmac('sha256', key)
      .update([kind, ...names].join('\0'))
      .digest()
      .subarray(0, OPAQUE_BYTES);
  const remembered = boundedCache<string>(REMEMBERED_MAX);
  const named = (...names: readonly [string, ...string[]]) => {
    const name = names.join('\0');
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const made = digest(...names).toString('hex');
    remembered.set(name, made, 1);
    return made;
  };
  return {
    claim: (hospital, study) => named('study', hospital, study),
    series: (hospital, study, series) => named('series', hospital, study, series),
    study: (study) => named('study-anywhere', study),
    instance: (hospital, instance) => digest('instance', hospital, instance),
    patient: (authority, value) => named('patient', authority, value),
    care: (kind, ...names) => named('care', kind, ...names),
  };
}
