/** What the evaluation must reach, on seeds that nothing was tuned to. */
export const GOALS = { precision: 0.95, recall: 0.9, alert: 0.12 };

/**
 * Counts answers against how the cases were made. An order gets one card, of what matters most; the others stand on it. `precision`: of the
 * warnings, how many are of the exam that answers the order; `recall`: of the orders that repeat an exam, how many were warned of it; `alert`: of
 * all orders, how many were interrupted. `strangers`: matches, on cards or beneath, about another person; `leaks`: about what the caller may not
 * know of. Both must be none.
 */
export function makeScore() {
  const groups = { kind: new Map(), modality: new Map(), evidence: new Map(), hospital: new Map() };
  const grades = new Map();
  const whole = emptyCount();
  const dangers = { strangers: 0, leaks: 0 };
  const latencies = [];
  return {
    add: (order, answer) => {
      const outcome = outcomeOf(order, answer);
      latencies.push(answer.ms);
      for (const count of [whole, ...countsOf(groups, order, answer)]) addTo(count, outcome);
      for (const { match } of answer.cards) countGrade(grades, match);
      dangers.strangers += answer.cards.filter(
        ({ candidate }) => candidate.human !== order.human.number,
      ).length;
      dangers.leaks += order.kind === 'masked' ? answer.cards.filter(isOfMask).length : 0;
    },
    read: () => ({
      whole: ratesOf(whole),
      groups,
      grades,
      ...dangers,
      latencies: latencies.sort((a, b) => a - b),
    }),
  };
}

export const ratesOf = (count) => ({
  ...count,
  precision: count.warnings === 0 ? 1 : count.right / count.warnings,
  recall: count.repeats === 0 ? 1 : count.found / count.repeats,
  alert: count.orders === 0 ? 0 : count.alerted / count.orders,
});

export const isGood = ({ whole, strangers, leaks }) =>
  whole.precision >= GOALS.precision &&
  whole.recall >= GOALS.recall &&
  whole.alert <= GOALS.alert &&
  strangers === 0 &&
  leaks === 0;

const emptyCount = () => ({
  orders: 0,
  alerted: 0,
  told: 0,
  warnings: 0,
  right: 0,
  repeats: 0,
  found: 0,
});

function outcomeOf(order, { cards }) {
  const warnings = cards.slice(0, 1).filter(({ match }) => match.indicator === 'warning');
  const right = warnings.filter(({ candidate }) => candidate.isAnswer).length;
  return {
    ...{ orders: 1, alerted: warnings.length > 0 ? 1 : 0, told: cards.length > 0 ? 1 : 0 },
    ...{ warnings: warnings.length, right },
    ...{ repeats: order.repeats ? 1 : 0, found: order.repeats && right > 0 ? 1 : 0 },
  };
}

function addTo(count, outcome) {
  for (const [name, number] of Object.entries(outcome)) count[name] += number;
}

const isOfMask = ({ candidate }) => candidate.confidentiality !== 'N' || candidate.opposed;

function countsOf(groups, order, { exam, priors }) {
  return [
    at(groups.kind, order.kind),
    at(groups.modality, order.exam.split('-')[0].toUpperCase()),
    at(groups.evidence, weakerEvidence(exam, priors)),
    at(
      groups.hospital,
      `${order.hospital.name} ${order.hospital.language}, codes: ${order.hospital.coding}`,
    ),
  ];
}

function at(counts, name) {
  if (!counts.has(name)) counts.set(name, emptyCount());
  return counts.get(name);
}

/** By what the order was classified and, where an earlier exam is what the case is about, that one: the weaker of the two. */
function weakerEvidence(exam, priors) {
  const [first] = priors;
  const both = first ? [exam.evidence, first.prior.exam.evidence] : [exam.evidence];
  return SOURCES.findLast((source) => both.includes(source)) ?? 'none';
}

const SOURCES = [
  'procedure-code',
  'local-code',
  'anatomic-region',
  'body-part',
  'description',
  'none',
];

function countGrade(grades, { grade, indicator }) {
  const key = `${grade} ${indicator}`;
  grades.set(key, (grades.get(key) ?? 0) + 1);
}
