import { type CharacterSet, characterSetNamed } from '#hl7/character-set';
import { type Segment, textOf } from '#hl7/message';
import { ANSWER_FORMS, type AnswerForm } from '#hl7/order-answer';

/** A system of a hospital that sends, by what its messages call it. */
export type Sender = Readonly<{
  hospital: string;
  /** MSH-3; '' stands for any. */
  application: string;
  /** MSH-4. */
  facility: string;
  /** Of messages that don't name one in MSH-18. */
  characterSet: CharacterSet | undefined;
  /** SHA-256 of the certificate that it has to show, in hex; '' when any that is vouched for will do. */
  certificate: string;
  /** The answers to its orders tell of duplicates: what `client`, a registered machine of the hospital, may know of. */
  duplicates: Readonly<{ client: string; form: AnswerForm }> | undefined;
  /** Nothing is taken in now (crisis). */
  isFrozen: boolean;
}>;

/** A hospital as the registry has it. */
export type RegisteredHospital = Readonly<{
  hospital: string;
  settings: unknown;
  frozen: readonly string[];
}>;

const SENDERS_OF_HOSPITAL_MAX = 100;
const NAME_CHARACTERS_MAX = 227;
const FINGERPRINT = /^[0-9a-f]{64}$/;

/**
 * Reads `settings.hl7.senders` of hospitals: `facility`, and if wanted `application`, `characterSet`, `certificate` (SHA-256, hexadecimal, with
 * or without colons), `duplicates` (`client`, and `answer`). One that isn't of that form is left out, so that a mistake lets nobody in.
 */
export const sendersOf = (hospitals: readonly RegisteredHospital[]): readonly Sender[] =>
  hospitals.flatMap(({ hospital, settings, frozen }) => {
    const listed = recordOf(recordOf(settings)['hl7'])['senders'];
    const isFrozen = frozen.includes('ingest');
    return (Array.isArray(listed) ? listed : [])
      .slice(0, SENDERS_OF_HOSPITAL_MAX)
      .flatMap((one) => senderOf(recordOf(one)))
      .map((sender) => ({ ...sender, hospital, isFrozen }));
  });

/** Whose message it is; undefined when nobody's, or when several hospitals' settings claim the sender. */
export function senderOfMessage(
  senders: readonly Sender[],
  header: Segment,
  certificate: string,
): Sender | undefined {
  const [application, facility] = [textOf(header, 3), textOf(header, 4)];
  const named = senders.filter(
    (sender) => sender.facility === facility && ['', application].includes(sender.application),
  );
  const [first] = named.toSorted((a, b) => b.application.length - a.application.length);
  if (named.some(({ hospital }) => hospital !== first?.hospital)) return undefined;
  return first === undefined || ['', certificate].includes(first.certificate) ? first : undefined;
}

/** What tells senders of one hospital from each other. */
export const nameOfSender = (header: Segment): string =>
  `${textOf(header, 3)}|${textOf(header, 4)}`;

const senderOf = (stated: Readonly<Record<string, unknown>>) => {
  const [application, facility] = [stated['application'] ?? '', stated['facility']];
  if (!isName(application) || !isName(facility) || facility === '') return [];
  const characterSet = characterSetOf(stated['characterSet']);
  const certificate = fingerprintOf(stated['certificate']);
  const duplicates = duplicatesOf(stated['duplicates']);
  if (characterSet === null || certificate === undefined || duplicates === null) return [];
  return [{ application, facility, characterSet, certificate, duplicates }];
};

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= NAME_CHARACTERS_MAX;

/* Null: there is one that isn't known. */
const characterSetOf = (value: unknown): CharacterSet | undefined | null =>
  value === undefined ? undefined : (characterSetNamed(String(value)) ?? null);

/* Null: it isn't of that form. */
const duplicatesOf = (value: unknown): Sender['duplicates'] | null => {
  if (value === undefined) return undefined;
  const { client, answer = 'acknowledgement' } = recordOf(value);
  const form = ANSWER_FORMS.find((one) => one === answer);
  return isName(client) && client !== '' && form !== undefined ? { client, form } : null;
};

const fingerprintOf = (value: unknown): string | undefined => {
  if (value === undefined) return '';
  const hex = String(value).replaceAll(':', '').toLowerCase();
  return FINGERPRINT.test(hex) ? hex : undefined;
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
