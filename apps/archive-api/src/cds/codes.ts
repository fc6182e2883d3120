import type { Coding } from './card-shape.js';

/** What cards of these services are about. */
export const TOPIC: Coding = {
  system: 'urn:arkim:cds-topic',
  code: 'duplicate-imaging',
  display: 'Imaging that exists already',
};

const SYSTEM = 'urn:arkim:override-reason';

const REASONS = {
  'clinical-change': 'New symptoms or trauma since the exam',
  'follow-up-planned': 'Planned follow-up',
  'contrast-needed': 'Contrast is needed that the exam has not',
  'technique-insufficient': 'The technique of the exam does not answer the question',
  'quality-inadequate': 'The quality of the exam is not good enough',
  'not-accessible': 'The images cannot be opened',
  'different-side-or-region': 'Another side or region is meant',
  'pre-op-planning': 'Needed to plan an operation',
  'medico-legal': 'Required for legal reasons',
  'patient-identity-doubt': 'It may be another patient',
  'emergency-no-time': 'Emergency: no time to look',
  other: 'Another reason',
} as const;

/** As cards offer them. */
export const OVERRIDE_REASONS: readonly Coding[] = Object.entries(REASONS).map(
  ([code, display]) => ({ system: SYSTEM, code, display }),
);
