import { GOALS, isGood, ratesOf } from './score.mjs';

/** The lines that a machine reads first, then the tables that people read. */
export function reportOf({ seed, orders }, score, ablation) {
  const { whole, groups, grades, strangers, leaks, latencies } = score;
  return [
    `precision: ${share(whole.precision)} (goal: at least ${GOALS.precision}; ${whole.right} of ${whole.warnings} warnings are of the exam that answers the order)`,
    `recall: ${share(whole.recall)} (goal: at least ${GOALS.recall}; ${whole.found} of ${whole.repeats} orders that repeat an exam were warned of it)`,
    `alert rate: ${share(whole.alert)} (goal: at most ${GOALS.alert}; ${whole.alerted} of ${whole.orders} orders were interrupted, ${whole.told} had any card)`,
    `cards about another person: ${strangers} (goal: 0)`,
    `cards about a masked exam: ${leaks} (goal: 0)`,
    `latency of a check: p50 ${ms(latencies, 0.5)} ms, p95 ${ms(latencies, 0.95)} ms, p99 ${ms(latencies, 0.99)} ms (words to grades, without network and database)`,
    `seed: ${seed}; orders: ${orders}`,
    isGood(score) ? 'the goals are reached' : 'the goals are NOT reached',
    ...tableOf('what happened', groups.kind),
    ...tableOf('modality', groups.modality),
    ...tableOf('known by (weaker of order and earlier exam)', groups.evidence),
    ...tableOf('ordering hospital', groups.hospital),
    ...gradesOf(grades),
    ...ablationOf(ablation),
  ];
}

const share = (ratio) => ratio.toFixed(4);
const percent = (ratio) => `${(100 * ratio).toFixed(1)} %`;
const ms = (sorted, quantile) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0).toFixed(3);

const HEAD = ['orders', 'interrupted', 'warnings', 'right', 'repeats', 'found'];

function tableOf(title, counts) {
  const rows = [...counts].map(([name, count]) => [name, ...cellsOf(ratesOf(count))]);
  return ['', ...aligned([[title, ...HEAD], ...rows])];
}

const cellsOf = ({ orders, alert, warnings, precision, repeats, recall }) => [
  ...[String(orders), percent(alert), String(warnings), warnings === 0 ? '–' : percent(precision)],
  ...[String(repeats), repeats === 0 ? '–' : percent(recall)],
];

function gradesOf(grades) {
  const rows = [...grades].sort(([one], [two]) => one.localeCompare(two));
  return [
    '',
    ...aligned([['grade', 'cards'], ...rows.map(([name, count]) => [name, String(count)])]),
  ];
}

const ablationOf = (ablation) => [
  '',
  ...aligned([
    ['taken away, on the first orders', ...HEAD],
    ...ablation.map(({ without, whole }) => [without || 'nothing', ...cellsOf(whole)]),
  ]),
];

/** Columns under each other; all but the first to the right. */
function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
      )
      .join('  '),
  );
}
