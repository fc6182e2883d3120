import type { QualifiedIdentifier } from '#archive/identity/patient-identifier';
import { NULL_VALUE, type Segment, textOf } from '#hl7/message';
import { isDay } from '#retention/calendar';
import type { Order } from './orders.js';

/** What follows is a time of day. */
const DAY = /^(\d{4})(\d{2})(\d{2})/;

/**
 * What PID says of the patient's death: its day (PID-29), or that they aren't dead (PID-30 N, or `""` in PID-29). Nothing when it doesn't say, or that they
 * are dead and not since when; undefined when the day is none.
 */
export function deathIn(
  segment: Segment | undefined,
  patient: QualifiedIdentifier,
): readonly Order[] | undefined {
  const [day, isDead] = [textOf(segment, 29), textOf(segment, 30).toUpperCase()];
  if (isDead === 'N' || day === NULL_VALUE) return [{ act: 'tell-death', patient, on: undefined }];
  if (day === '') return [];
  const on = DAY.exec(day)?.slice(1).join('-') ?? '';
  return isDay(on) ? [{ act: 'tell-death', patient, on }] : undefined;
}
