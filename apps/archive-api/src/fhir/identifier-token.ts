import type { PatientIdentifier } from '#archive/access/access-facts';
import { authorityOfSystem, systemOf } from '#archive/identity/authority-system';
import { IDENTIFIER_CHARACTERS_MAX } from '#archive/identity/patient-identifier';
import { malformed } from './query-of.js';

/** `system|value` as a parameter has it (FHIR R4 search, token). Throws ProblemException when either is missing or too long. */
export function identifierToken(text: string, name: string): PatientIdentifier {
  const at = text.indexOf('|');
  const found = qualified(at < 0 ? '' : text.slice(0, at), text.slice(at + 1));
  if (found === undefined) throw malformed(`${name} needs a system and a value: system|value.`);
  return found;
}

/** An identifier of a system's authority; undefined when it is none. */
export function qualified(system: unknown, value: unknown): PatientIdentifier | undefined {
  if (typeof system !== 'string' || typeof value !== 'string') return undefined;
  const authority = authorityOfSystem(system);
  const trimmed = value.trim();
  if (authority === undefined || authority === '' || trimmed === '') return undefined;
  if (trimmed.length > IDENTIFIER_CHARACTERS_MAX || /\p{Cc}|\p{Cs}/u.test(trimmed))
    return undefined;
  return { authority, value: trimmed };
}

/** An Identifier of FHIR. */
export const identifierOf = ({ authority, value }: PatientIdentifier) => ({
  system: systemOf(authority),
  value,
});
