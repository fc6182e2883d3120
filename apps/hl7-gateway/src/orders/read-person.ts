import type { PatientName } from '#archive/identity-events';
import {
  componentOf,
  NULL_VALUE,
  type Repetition,
  repetitionsOf,
  type Segment,
  textOf,
} from '#hl7/message';
import type { StatedPerson } from './orders.js';

const NAMES_MAX = 10;
const NAME_CHARACTERS_MAX = 250;
const BIRTH_DATE = /^\d{4}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?$/;
/** What follows is a time of day. */
const DAY_CHARACTERS = 8;
/** XPN-8 (table 4000). */
const SCRIPTS = { A: 'alphabetic', I: 'ideographic', P: 'phonetic' } as const;
/** PID-8 (table 0001) in DICOM's words. */
const SEXES: Readonly<Record<string, string>> = { M: 'M', F: 'F', O: 'O', A: 'O', N: 'O' };

/** What PID says of the person: names (PID-5), day of birth (PID-7), sex (PID-8). Undefined when the day of birth is none. */
export function personIn(segment: Segment): StatedPerson | undefined {
  const birthDate = birthDateIn(textOf(segment, 7));
  if (birthDate === null) return undefined;
  const names = repetitionsOf(segment, 5)
    .map(nameIn)
    .filter((name) => name !== undefined);
  return { names: names.slice(0, NAMES_MAX), birthDate, sex: sexIn(textOf(segment, 8)) };
}

const nameIn = (stated: Repetition): PatientName | undefined => {
  const text = (component: number) =>
    componentOf(stated, component).trim().replace(NULL_VALUE, '').slice(0, NAME_CHARACTERS_MAX);
  const given = [text(2), ...text(3).split(/\s+/)].filter((name) => name !== '');
  const family = text(1);
  if (family === '' && given.length === 0) return undefined;
  const script = SCRIPTS[componentOf(stated, 8) as keyof typeof SCRIPTS] ?? 'alphabetic';
  return { script, family, given };
};

/* Undefined: not said; '': said to be unknown; null: no day. */
const birthDateIn = (text: string): string | undefined | null => {
  if (text === '') return undefined;
  if (text === NULL_VALUE) return '';
  const day = text.slice(0, DAY_CHARACTERS);
  return BIRTH_DATE.test(day) ? day : null;
};

const sexIn = (text: string): string | undefined =>
  text === '' ? undefined : (SEXES[text.toUpperCase()] ?? '');
