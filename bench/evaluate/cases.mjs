import { otherModalities, TRUE_EXAMS } from './true-exams.mjs';

/**
 * What happens in the nation, and how often (shares of orders). Each makes one order and the exams before it. `repeats`: the earlier exam answers
 * the order: to warn of it is right, and not to is a miss. In all others every warning is wrong. The label is how the case was made; nothing asks
 * the archive's grading.
 */
export const CASES = [
  { kind: 'nothing alike', share: 0.385, make: () => ({}) },
  { kind: 'repeat', share: 0.066, repeats: true, make: (draw) => ({ priors: [sameExam(draw)] }) },
  { kind: 'repeat: more was shown', share: 0.012, repeats: true, suits: isCoverable, make: larger },
  {
    kind: 'repeat: both sides shown',
    share: 0.003,
    repeats: true,
    suits: isSided,
    make: bothSides,
  },
  { kind: 'repeat: ordered elsewhere', share: 0.009, repeats: true, make: pending },
  { kind: 'repeat: linked in time', share: 0.01, repeats: true, make: linkedInTime },
  { kind: 'linked too late', share: 0.01, make: linkedTooLate },
  { kind: 'longer ago', share: 0.04, make: longerAgo },
  { kind: 'long ago', share: 0.08, make: longAgo },
  ...intent('follow-up', 0.07),
  ...intent('post-procedure', 0.02),
  ...intent('acute', 0.025),
  ...intent('planning', 0.01),
  ...intent('intervention', 0.01),
  { kind: 'serial', share: 0.02, suits: ({ id }) => id === 'dx-chest', make: serial },
  { kind: 'contrast change', share: 0.025, suits: isContrasted, make: contrastChange },
  { kind: 'other side', share: 0.03, suits: isSided, make: otherSide },
  { kind: 'screening and diagnosis', share: 0.01, suits: isMammography, make: otherPurpose },
  { kind: 'only a part', share: 0.02, suits: hasParts, make: onlyPart },
  {
    kind: 'other modality',
    share: 0.06,
    suits: (exam) => otherModalities(exam).length > 0,
    make: otherModality,
  },
  {
    kind: 'twin',
    share: 0.02,
    make: (draw) => ({ priors: [{ ...sameExam(draw), whose: 'twin' }] }),
  },
  { kind: 'masked', share: 0.015, make: masked },
  { kind: 'rejected', share: 0.01, make: ofQuality('rejected') },
  { kind: 'preliminary', share: 0.01, make: ofQuality('preliminary') },
  { kind: 'not diagnostic', share: 0.01, make: ofQuality('not-diagnostic') },
];

/** Draws one case: the exam that is ordered, and what was done before, in days before the order. */
export function drawCase(random) {
  const found = random.weighted(CASES);
  const exam = random.weighted(TRUE_EXAMS.filter(found.suits ?? (() => true)));
  const ordered = {
    exam: exam.id,
    side: exam.sided ? random.weighted(SIDES).side : undefined,
    contrast: exam.contrasts.length > 0 ? random.weighted(exam.contrasts).how : undefined,
    intent: 'plain',
  };
  const made = found.make({ random, exam, ordered });
  return {
    ...{ kind: found.kind, repeats: found.repeats ?? false },
    order: { ...ordered, ...made.order },
    priors: made.priors ?? [],
  };
}

const SIDES = [
  { side: 'left', share: 0.46 },
  { side: 'right', share: 0.46 },
  { side: 'both', share: 0.08 },
];

/** What satisfies the wish for contrast: it, or a series without and with. */
const enough = (random, contrast) => {
  if (contrast === undefined || contrast === 'both' || random.chance(0.85)) return contrast;
  return 'both';
};

/** Sooner rather than later, within the days in which a repeat is one. */
const soon = (random, days) => Math.floor(days * random.next() ** 1.5);

function sameExam({ random, exam, ordered }) {
  const { exam: id, side, contrast } = ordered;
  return { exam: id, side, contrast: enough(random, contrast), days: soon(random, exam.days) };
}

function isCoverable({ within }) {
  return within.length > 0;
}
function larger(draw) {
  const exam = draw.random.pick(draw.exam.within);
  return { priors: [{ ...sameExam(draw), exam }] };
}

function isSided({ sided }) {
  return sided;
}
function bothSides(draw) {
  const side = draw.random.pick(['left', 'right']);
  return { order: { side }, priors: [{ ...sameExam(draw), side: 'both' }] };
}

function pending(draw) {
  const days = -draw.random.below(Math.min(draw.exam.days, 14));
  return { priors: [{ ...sameExam(draw), days, state: 'ordered' }] };
}

function linkedInTime(draw) {
  return { priors: [{ ...sameExam(draw), linkedDaysAgo: draw.random.below(10) }] };
}
function linkedTooLate(draw) {
  return { priors: [{ ...sameExam(draw), linkedDaysAgo: -1 - draw.random.below(10) }] };
}

function longerAgo(draw) {
  const days = draw.exam.days + 1 + draw.random.below(draw.exam.days);
  return { priors: [{ ...sameExam(draw), days }] };
}
function longAgo(draw) {
  const days = draw.exam.days * 4 + 30 + draw.random.below(900);
  return { priors: [{ ...sameExam(draw), days }] };
}

function intent(name, share) {
  const make = (draw) => ({ order: { intent: name }, priors: [sameExam(draw)] });
  return [{ kind: name, share, make }];
}

function serial(draw) {
  const films = 1 + draw.random.below(3);
  const priors = Array.from({ length: films }, (_, days) => ({
    ...sameExam(draw),
    days: days + 1,
  }));
  return { order: { intent: 'serial' }, priors };
}

function isContrasted({ contrasts }) {
  return contrasts.length > 1;
}
/** Who orders another contrast says so: that's why it is ordered. */
function contrastChange(draw) {
  const [contrast, before] = draw.random.pick(UNSATISFIED);
  return {
    order: { contrast, mustSayContrast: true },
    priors: [{ ...sameExam(draw), contrast: before }],
  };
}
const UNSATISFIED = [
  ['with', 'without'],
  ['with', 'without'],
  ['without', 'with'],
  ['both', 'without'],
  ['both', 'with'],
];

function otherSide(draw) {
  const [side, before] = draw.random.pick([
    ['left', 'right'],
    ['right', 'left'],
  ]);
  return { order: { side }, priors: [{ ...sameExam(draw), side: before }] };
}

function isMammography({ modality }) {
  return modality === 'MG';
}
function otherPurpose(draw) {
  const exam = draw.exam.id === 'mg-screening' ? 'mg-diagnostic' : 'mg-screening';
  return { priors: [{ ...sameExam(draw), exam, days: draw.random.below(90) }] };
}

function partsOf({ id }) {
  return TRUE_EXAMS.filter(({ within }) => within.includes(id));
}
function hasParts(exam) {
  return partsOf(exam).length > 0;
}
function onlyPart(draw) {
  const { id } = draw.random.pick(partsOf(draw.exam));
  return { priors: [{ ...sameExam(draw), exam: id }] };
}

function otherModality(draw) {
  const { random, ordered } = draw;
  const other = random.pick(otherModalities(draw.exam));
  const contrast = other.contrasts.length > 0 ? random.weighted(other.contrasts).how : undefined;
  const side = other.sided ? (ordered.side ?? random.pick(['left', 'right'])) : undefined;
  return { priors: [{ exam: other.id, side, contrast, days: random.below(30) }] };
}

function masked(draw) {
  const mask = draw.random.pick([
    { confidentiality: 'V' },
    { confidentiality: 'R' },
    { opposed: true },
  ]);
  return { priors: [{ ...sameExam(draw), ...mask, elsewhere: true }] };
}

function ofQuality(quality) {
  return (draw) => ({ priors: [{ ...sameExam(draw), quality }] });
}

/** What else people have had: of other places, whenever. */
export function drawBackground(random, unrelated) {
  const exams = Array.from({ length: Math.floor(3.5 * random.next() ** 2) }, () =>
    random.weighted(unrelated),
  );
  return exams.map((other) => ({
    exam: other.id,
    side: other.sided ? random.pick(['left', 'right']) : undefined,
    contrast: other.contrasts.length > 0 ? random.weighted(other.contrasts).how : undefined,
    days: 1 + random.below(400),
  }));
}
