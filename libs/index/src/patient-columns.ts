import type { Demographics, PatientName } from '#archive/identity-events';
import { columnText, foldName } from './header-json.js';

/** What `patient_ids` holds of a person beside the identifier. */
export type PatientColumns = Readonly<{
  family_folded: string;
  given_folded: string;
  birth_date: string;
  sex: string;
  demographics: Demographics;
  other_names: readonly string[];
}>;

/** Beginnings of a name that are kept, in characters: names in other scripts are short, and what is longer is compared when it is found. */
export const NAME_BEGINNING_MAX = 8;

/** Columns by which a patient is found: the first name by its text, names in other scripts by their beginnings. */
export function patientColumns(demographics: Demographics): PatientColumns {
  const [first, ...others] = demographics.names;
  return {
    family_folded: folded(first?.family ?? ''),
    given_folded: folded(first?.given.join(' ') ?? ''),
    birth_date: columnText(demographics.birthDate),
    sex: columnText(demographics.sex),
    demographics,
    other_names: [...new Set(others.flatMap(beginnings))],
  };
}

/** Family or given name as `other_names` has it, cut to what is kept. */
export const nameBeginning = (kind: 'family' | 'given', name: string): string =>
  `${kind[0]}:${[...folded(name)].slice(0, NAME_BEGINNING_MAX).join('')}`;

const beginnings = ({ family, given }: PatientName): readonly string[] => [
  ...beginningsOf('family', family),
  ...given.flatMap((one) => beginningsOf('given', one)),
];

const beginningsOf = (kind: 'family' | 'given', name: string): readonly string[] => {
  const characters = [...folded(name)].slice(0, NAME_BEGINNING_MAX);
  return characters.map((_, index) => nameBeginning(kind, characters.slice(0, index + 1).join('')));
};

const folded = (name: string): string => foldName(columnText(name));
