import type { Coding } from './card-shape.js';

/** What cards of these services are about, called so. */
export const topicCalled = (display: string): Coding => ({
  system: 'urn:arkim:cds-topic',
  code: 'duplicate-imaging',
  display,
});

const SYSTEM = 'urn:arkim:override-reason';

/** Why a clinician orders all the same. */
export const OVERRIDE_CODES = [
  'clinical-change',
  'follow-up-planned',
  'contrast-needed',
  'technique-insufficient',
  'quality-inadequate',
  'not-accessible',
  'different-side-or-region',
  'pre-op-planning',
  'medico-legal',
  'patient-identity-doubt',
  'emergency-no-time',
  'other',
] as const;
export type OverrideReason = (typeof OVERRIDE_CODES)[number];

/** As cards offer them. */
export const overrideReasons = (
  displays: Readonly<Record<OverrideReason, string>>,
): readonly Coding[] =>
  OVERRIDE_CODES.map((code) => ({ system: SYSTEM, code, display: displays[code] }));
