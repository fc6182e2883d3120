import { matchGrade, matchScore } from '#archive/identity/match-score';
import { peopleOfEdges } from '#archive/identity/people';
import { drawBackground, drawCase } from './cases.mjs';
import { drawHospitals } from './hospitals.mjs';
import { makeRandom } from './random.mjs';
import { trueExam, unrelatedExams } from './true-exams.mjs';
import { orderReason, orderWords, studyWords } from './wording.mjs';

/** Cases whose people live at the same time: each may be mistaken for any other of them. */
const BATCH = 2_000;
const FIRST_DAY = Date.UTC(2026, 0, 5) / 86_400_000;
const ORDER_DAYS = 250;
const SAME_HOSPITAL = 0.25;

/**
 * A nation and its orders, determined by the seed, one after the other: `{ kind, repeats, human, hospital, words, reason, day, candidates }`. A
 * candidate is an exam of whom the archive takes for the same person, for certain or probably: `{ human, isAnswer, identity, … }`. Who each
 * person is in truth (`human`) only the one who scores looks at.
 */
export function* drawNation({ seed, orders }) {
  const random = makeRandom(seed);
  const hospitals = drawHospitals(random);
  for (let drawn = 0; drawn < orders; drawn += BATCH)
    yield* drawBatch(random, hospitals, Math.min(BATCH, orders - drawn));
}

export const hospitalsOf = (seed) => drawHospitals(makeRandom(seed));

function drawBatch(random, hospitals, count) {
  const registry = openRegistry(hospitals);
  const orders = Array.from({ length: count }, () => drawOrder(random, hospitals, registry));
  const candidatesOf = registry.close();
  return orders.map(({ patient, ...order }) => ({ ...order, candidates: candidatesOf(patient) }));
}

function drawOrder(random, hospitals, registry) {
  const { kind, repeats, order, priors } = drawCase(random);
  const hospital = random.pick(hospitals);
  const human = registry.human(random);
  const patient = registry.patient(human, hospital);
  const day = FIRST_DAY + random.below(ORDER_DAYS);
  const background = drawBackground(random, unrelatedExams(trueExam(order.exam)));
  for (const prior of priors)
    addPrior(
      random,
      { registry, hospitals, hospital, human, patient, day },
      { ...prior, isAnswer: repeats },
    );
  for (const other of background)
    addPrior(
      random,
      { registry, hospitals, hospital, human, patient, day },
      { ...other, isAnswer: false },
    );
  return {
    ...{ kind, repeats, human, hospital, patient, exam: order.exam, day: isoDay(day) },
    words: orderWords(random, hospital, order),
    reason: orderReason(random, hospital, order),
  };
}

function addPrior(random, { registry, hospitals, hospital, human, patient, day }, prior) {
  const { days, whose, state = 'done', quality = 'final', confidentiality = 'N' } = prior;
  const isHere =
    !prior.elsewhere && prior.linkedDaysAgo === undefined && random.chance(SAME_HOSPITAL);
  const where =
    isHere && !whose
      ? hospital
      : random.pick(hospitals.filter(({ name }) => name !== hospital.name));
  const who = whose === 'twin' ? registry.twin(human) : human;
  const theirs = registry.patient(who, where);
  if (prior.linkedDaysAgo < 0) theirs.isUnlinked = true;
  if (who === human && !theirs.isUnlinked) registry.link(patient, theirs);
  registry.add(theirs, {
    ...{
      human: who.number,
      isAnswer: prior.isAnswer,
      hospital: where,
      state,
      quality,
      confidentiality,
    },
    ...{ opposed: prior.opposed ?? false, day: isoDay(day - days) },
    words:
      state === 'ordered' ? orderWords(random, where, prior) : studyWords(random, where, prior),
  });
}

const isoDay = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Who is known under which identifiers: hospitals number their patients alike, so that the same number means others elsewhere. */
function openRegistry(hospitals) {
  const numbers = new Map(hospitals.map(({ name }) => [name, 0]));
  const patients = new Map();
  const edges = [];
  const exams = [];
  let humans = 0;
  const known = (demographics) => ({ number: humans++, demographics });
  return {
    human: (random) => known(drawDemographics(random)),
    twin: ({ demographics }) => known(demographics),
    link: (one, other) => edges.push({ patient: one.id, other: other.id }),
    add: (patient, exam) => exams.push({ patient, exam }),
    patient: (human, { name }) => {
      const key = `${human.number} ${name}`;
      const next = (numbers.get(name) ?? 0) + 1;
      if (!patients.has(key)) {
        numbers.set(name, next);
        patients.set(key, { id: `${name}|${next}`, human });
      }
      return patients.get(key);
    },
    close: () => candidatesBy({ patients: [...patients.values()], edges, exams }),
  };
}

/** Exams of the same person by the links of the archive, and of whom its probabilistic match finds alike. */
function candidatesBy({ patients, edges, exams }) {
  const people = peopleOfEdges(
    patients.map(({ id }) => id),
    edges,
  );
  const byPerson = Map.groupBy(exams, ({ patient }) => people.get(patient.id));
  const byBirth = Map.groupBy(patients, ({ human }) => human.demographics.birthDate);
  return (patient) => {
    const person = people.get(patient.id);
    const { demographics } = patient.human;
    const alike = (byBirth.get(demographics.birthDate) ?? []).filter(
      ({ id, human }) =>
        people.get(id) !== person &&
        matchGrade(matchScore(demographics, human.demographics), false) === 'probable',
    );
    const others = [...new Set(alike.map(({ id }) => people.get(id)))];
    const of = (who, identity) =>
      (byPerson.get(who) ?? []).map(({ exam }) => ({ ...exam, identity }));
    return [...of(person, 'certain'), ...others.flatMap((other) => of(other, 'probable'))];
  };
}

const FAMILIES = [
  'Muller',
  'Weber',
  'Schmit',
  'Hoffmann',
  'Da Silva',
  'Ferreira',
  'Martin',
  'Dupont',
  'Kieffer',
  'Thill',
  'Wagner',
  'Santos',
  'Rossi',
  'Klein',
  'Becker',
  'Lopes',
];
const GIVEN = [
  'Anne',
  'Marie',
  'Jean',
  'Paul',
  'Luc',
  'Sofia',
  'Joao',
  'Lena',
  'Emma',
  'Tom',
  'Max',
  'Ines',
  'Pierre',
  'Claude',
];

function drawDemographics(random) {
  const year = 1935 + random.below(75);
  const birthDate = `${year}${two(1 + random.below(12))}${two(1 + random.below(28))}`;
  const name = { script: 'alphabetic', family: random.pick(FAMILIES), given: [random.pick(GIVEN)] };
  return { names: [name], birthDate, sex: random.pick(['F', 'M']) };
}

const two = (number) => String(number).padStart(2, '0');
