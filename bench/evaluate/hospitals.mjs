import { describe } from './phrases.mjs';
import { TRUE_EXAMS, trueExam } from './true-exams.mjs';

const LANGUAGES = ['fr', 'de', 'en', 'pt'];
const HOSPITALS = 12;
/** Of the rows of a catalogue: what its radiographer got to, and got wrong. */
const MAPPED = 0.92;
const MAPPED_WRONGLY = 0.01;

/** How hospitals code what they do. */
const CODINGS = [
  { coding: 'standard', share: 0.35 },
  { coding: 'mapped', share: 0.4 },
  { coding: 'unmapped', share: 0.1 },
  { coding: 'none', share: 0.15 },
];

/** Numbers of the RSNA's core playbook, by exam and contrast: what a nation would code by. */
const PLAYBOOK = {
  'ct-head': { without: 22, both: 23, with: 24 },
  'ct-sinuses': { without: 62 },
  'ct-chest': { without: 16, both: 17, with: 18 },
  'ct-abdomen': { without: 3, both: 4, with: 5 },
  'ct-abdomen-pelvis': { without: 144, with: 145, both: 198 },
  'ct-lumbar-spine': { without: 31 },
  'mr-head': { without: 479, both: 480, with: 481 },
  'mr-lumbar-spine': { without: 541, with: 501, both: 500 },
  'mr-cervical-spine': { with: 488, both: 487 },
  'mr-knee': { without: 522 },
  'mr-shoulder': { without: 525 },
};

/**
 * The hospitals of a nation: each with its language, its way to code, its own codes and its own spellings of every exam. `catalogue`: what each of
 * its codes means, as far as a radiographer wrote it down, in the words of the archive's data files.
 */
export function drawHospitals(random) {
  return Array.from({ length: HOSPITALS }, (_, index) => {
    const { coding } = index < CODINGS.length ? CODINGS[index] : random.weighted(CODINGS);
    const language = LANGUAGES[index % LANGUAGES.length];
    const hospital = { name: `H${index + 1}`, language, coding, namesContrast: random.chance(0.8) };
    const procedures = new Map(proceduresOf(random, hospital).map((each) => [each.key, each]));
    const catalogue = [...procedures.values()].filter(() => random.chance(MAPPED));
    const means = ({ exam, meaning }) =>
      random.chance(MAPPED_WRONGLY)
        ? random.pick(TRUE_EXAMS.filter(({ id }) => id !== exam)).means
        : meaning;
    const mapped = coding === 'none' || coding === 'unmapped' ? [] : catalogue;
    return {
      ...hospital,
      procedures,
      catalogue: mapped.map((each) => ({
        code: each.local.value,
        system: each.local.system,
        means: means(each),
      })),
    };
  });
}

const CONTRAST_WORDS = {
  without: 'without-contrast',
  with: 'with-contrast',
  both: 'without-and-with-contrast',
};

/** One for each exam and each contrast that it is made with. */
function proceduresOf(random, { name, language, namesContrast }) {
  let number = 100 + random.below(800);
  const procedureOf = (exam, contrast) => {
    number += 1 + random.below(9);
    const playbook = PLAYBOOK[exam.id]?.[contrast];
    const words = contrast && namesContrast ? ` ${CONTRAST_WORDS[contrast]}` : '';
    const spell = () => describe(random, language, { exam });
    return {
      key: `${exam.id} ${contrast ?? ''}`,
      exam: exam.id,
      local: { system: `99${name}`, value: `${name}${number}`, display: spell() },
      standard: playbook && { system: 'RADLEX', value: `RPID${playbook}`, display: spell() },
      meaning: `${exam.means}${words}`,
    };
  };
  return TRUE_EXAMS.flatMap((exam) =>
    exam.contrasts.length === 0
      ? [procedureOf(exam)]
      : exam.contrasts.map(({ how }) => procedureOf(exam, how)),
  );
}

/** The codes that a hospital writes for an exam. */
export function codesOf({ coding, procedures }, { exam, contrast }) {
  const procedure = procedures.get(`${exam} ${contrast ?? ''}`);
  if (coding === 'none' || procedure === undefined) return [];
  if (coding === 'standard' && procedure.standard) return [procedure.standard];
  return [procedure.local];
}

/** How a hospital writes an exam today: mostly in its own language. */
export const spell = (random, { language }, { exam, side, contrast }) =>
  describe(random, random.chance(0.93) ? language : random.pick(LANGUAGES), {
    ...{ exam: trueExam(exam), side, contrast },
  });
