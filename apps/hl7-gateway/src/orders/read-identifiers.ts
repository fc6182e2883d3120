import {
  type Authorities,
  identifierOf,
  type QualifiedIdentifier,
} from '#archive/identity/patient-identifier';
import { componentOf, type Repetition, repetitionsOf, type Segment } from '#hl7/message';

/** Types of identifiers (CX-5, table 0203) that name a stay or a bill, not a person. */
const OF_NO_PERSON = ['AN', 'VN', 'PRN', 'ANON'];
/** More than any hospital tells of one person. */
const IDENTIFIERS_MAX = 20;

/**
 * The identifiers (CX) of a field, each once: CX-4 as the hospital's settings read it, else the hospital's own authority. What an authority
 * assigned for whom the hospital may not speak stays within the hospital.
 */
export function identifiersIn(
  segment: Segment | undefined,
  field: number,
  authorities: Authorities,
): readonly QualifiedIdentifier[] {
  const found = new Map<string, QualifiedIdentifier>();
  for (const stated of repetitionsOf(segment, field)) {
    const identifier = identifierIn(stated, authorities);
    if (identifier) found.set(`${identifier.authority}\0${identifier.value}`, identifier);
  }
  return [...found.values()].slice(0, IDENTIFIERS_MAX);
}

/** Whether the hospital itself assigned it: of others' identifiers it says nothing but that they are of one human with its own. */
export const isOwn = ({ authority }: QualifiedIdentifier, { own, hospital }: Authorities) =>
  authority === own || authority.startsWith(`${hospital}/`);

/** The identifier that the message is about: one of the hospital's own authority, else another of the hospital's. */
export const ownOf = (
  identifiers: readonly QualifiedIdentifier[],
  authorities: Authorities,
): QualifiedIdentifier | undefined =>
  identifiers.find(({ authority }) => authority === authorities.own) ??
  identifiers.find((identifier) => isOwn(identifier, authorities));

const identifierIn = (stated: Repetition, authorities: Authorities) => {
  if (OF_NO_PERSON.includes(componentOf(stated, 5))) return undefined;
  return identifierOf(
    {
      value: componentOf(stated, 1),
      issuer: componentOf(stated, 4, 1),
      universalId: componentOf(stated, 4, 2),
      universalIdType: componentOf(stated, 4, 3),
    },
    authorities,
  );
};
