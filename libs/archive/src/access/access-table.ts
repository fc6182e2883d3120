import type { Confidentiality, StudyFacts } from './access-facts.js';
import type { Action, Condition, Obligation, Place, Purpose, Role } from './access-words.js';

/** Under whose law a row holds: the custodian's is one of these, or none of them. A country (FR) stands for all of its parts (FR-GES). */
export type Jurisdictions = Readonly<{ in: readonly string[] } | { notIn: readonly string[] }>;

/**
 * One row of the table. What a row leaves out it doesn't ask for; all that it names must hold. `anyone` is for rows that deny. `why`: the row
 * in words, as docs/access-policy.md shows it.
 */
export type AccessRule = Readonly<{
  id: string;
  effect: 'permit' | 'deny';
  why: string;
  roles: readonly Role[] | 'anyone';
  actions: readonly Action[] | 'any';
  purposes?: readonly Purpose[];
  places: readonly Place[];
  jurisdictions?: Jurisdictions;
  levels?: readonly Confidentiality[];
  states?: readonly StudyFacts['state'][];
  when?: readonly Condition[];
  obligations?: readonly Obligation[];
}>;

/** What a permit brings with it besides, whatever row permitted: for these roles, when all of these hold. */
export type ObligationRule = Readonly<{
  id: string;
  why: string;
  roles: readonly Role[] | 'anyone';
  when: readonly Condition[];
  obligations: readonly Obligation[];
}>;

/**
 * The whole policy, as it is published: the first row that matches decides; none: deny. `actsForOthers`: roles whose holder may name a person
 * in the credential, whose rights count then. `adultFromYears`: who is younger is a minor. `version` changes whenever anything does.
 */
export type AccessPolicy = Readonly<{
  version: string;
  actsForOthers: readonly Role[];
  adultFromYears: number;
  rules: readonly AccessRule[];
  alsoObliged: readonly ObligationRule[];
}>;
