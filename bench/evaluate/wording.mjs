import { codesOf, spell } from './hospitals.mjs';
import { GUIDED, reasonFor } from './reasons.mjs';
import { TRUE_EXAMS, trueExam } from './true-exams.mjs';

/** How often words are missing or wrong. */
const CODE_MISSING = 0.2;
const TAG_PRESENT = 0.7;
const TAG_WRONG = 0.07;
const SIDE_SAID = 0.94;
const CONTRAST_SAID = { order: 0.85, study: 0.75 };
const INTENT_UNSAID = 0.02;

const SIDE_TAGS = { left: 'L', right: 'R', both: 'B' };
const AGENTS = ['Iomeprol 400', 'IOHEXOL', 'Ultravist 370', 'Gadobutrol', 'APPLIED', 'Dotarem'];
const MODALITY_TAGS = { DX: ['DX', 'CR', 'DX'] };

/**
 * What the headers of a study, or an order, say of a true exam: `ExamWords` of the archive. Codes are missing, sides and contrast unsaid, body
 * parts wrong as often as they are in real archives.
 */
export function studyWords(random, hospital, done) {
  const exam = trueExam(done.exam);
  const given = done.contrast === 'with' || done.contrast === 'both';
  return {
    ...commonWords(random, hospital, { ...done, contrastSaid: CONTRAST_SAID.study }),
    modalities: [
      random.pick(MODALITY_TAGS[exam.modality] ?? [exam.modality]),
      ...(random.chance(0.1) ? ['SR'] : []),
    ],
    bodyParts:
      hospital.coding !== 'none' && random.chance(TAG_PRESENT) ? [bodyPart(random, exam)] : [],
    contrastAgents: given && random.chance(0.85) ? [random.pick(AGENTS)] : [],
  };
}

export function orderWords(random, hospital, ordered) {
  const exam = trueExam(ordered.exam);
  const words = commonWords(random, hospital, { ...ordered, contrastSaid: CONTRAST_SAID.order });
  const isGuided = ordered.intent === 'intervention' && !random.chance(INTENT_UNSAID);
  return {
    ...words,
    modalities: random.chance(0.4) ? [exam.modality] : [],
    bodyParts: [],
    contrastAgents: [],
    ...(isGuided
      ? {
          codes: [],
          descriptions: words.descriptions.map(
            (text) => `${random.pick(GUIDED[hospital.language])} ${text}`,
          ),
        }
      : {}),
  };
}

/** Why it is ordered. Who has a special reason doesn't always say so. */
export function orderReason(random, { language }, { intent }) {
  const said = intent in SAID && !random.chance(INTENT_UNSAID) ? SAID[intent] : 'plain';
  return reasonFor(random, language, said);
}

const SAID = {
  'follow-up': 'follow-up',
  'post-procedure': 'post-procedure',
  acute: 'acute',
  serial: 'serial',
  planning: 'planning',
};

function commonWords(
  random,
  hospital,
  { exam: id, side, contrast, contrastSaid, mustSayContrast },
) {
  const exam = trueExam(id);
  const isCoded = !random.chance(CODE_MISSING);
  const says = {
    exam: id,
    side: side && random.chance(SIDE_SAID) ? side : undefined,
    contrast:
      contrast && random.chance(mustSayContrast ? 1 - INTENT_UNSAID : contrastSaid)
        ? contrast
        : undefined,
  };
  return {
    codes: isCoded ? codesOf(hospital, { exam: id, contrast: says.contrast ?? contrast }) : [],
    anatomicRegions:
      exam.site && random.chance(0.15) ? [{ system: 'SCT', value: exam.site, display: '' }] : [],
    laterality: side && random.chance(0.4) ? [SIDE_TAGS[side]] : [],
    descriptions: [spell(random, hospital, says)],
    seriesDescriptions: [],
  };
}

/** Devices write the tag of the protocol that was started, whatever was looked at. */
function bodyPart(random, { tag, modality }) {
  if (!random.chance(TAG_WRONG)) return tag;
  return (
    random.pick(TRUE_EXAMS.filter((other) => other.modality === modality && other.tag !== tag))
      ?.tag ?? tag
  );
}
