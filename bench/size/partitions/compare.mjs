import { statementsOf } from '../explain.mjs';
import { kindsOfSearch } from '../kinds-of-search.mjs';
import { knownStudies } from '../known.mjs';
import { drawFor } from '../population/draw.mjs';
import { partitioned } from './partition.mjs';
import { plain } from './plain-copy.mjs';

const asks = 40;
const draws = 200;

/** Runs the statements of every kind of search on both, in turn; answers with medians, and throws when their rows differ. */
export async function compareSearches(database, { plan, studies }) {
  const known = knownStudies({ plan, count: studies });
  const rows = [];
  for (const [at, kind] of kindsOfSearch.entries()) {
    const draw = drawFor(plan.seed, draws + at, studies);
    const row = { label: kind.label, plain: [], partitioned: [] };
    for (let ask = 0; ask < asks; ask += 1) {
      const { statements } = await statementsOf(database, kind.make(draw, known, plan));
      const found = {
        plain: await runAll(database, statements, plain.findable),
        partitioned: await runAll(database, statements, partitioned.findable),
      };
      if (found.plain.rows !== found.partitioned.rows) throw new Error(`${kind.label}: other rows`);
      for (const side of ['plain', 'partitioned']) row[side].push(found[side]);
    }
    rows.push({
      label: row.label,
      plain: medians(row.plain),
      partitioned: medians(row.partitioned),
    });
  }
  return rows;
}

/** The statements of the worker and of the log, on both. */
export async function compareOthers({ pool }) {
  const asked = await someInstances(pool);
  const rows = [];
  for (const [label, textOf, valuesOf] of others) {
    const sides = { plain: [], partitioned: [] };
    for (const one of asked)
      for (const [side, tables] of Object.entries({ plain, partitioned })) {
        const statement = { text: textOf(tables), values: valuesOf(one) };
        sides[side].push(await runAll({ pool }, [statement], ''));
      }
    rows.push({ label, plain: medians(sides.plain), partitioned: medians(sides.partitioned) });
  }
  return rows;
}

const others = [
  [
    'an instance by its UID: its reservation',
    ({ reservations }) => `select claim, series from ${reservations} where uid_hash = $1`,
    ({ uid_hash }) => [uid_hash],
  ],
  [
    'a study by its claim alone, as the worker asks today',
    ({ findable }) => `select attributes from ${findable}.studies where claim = $1`,
    ({ claim }) => [claim],
  ],
  [
    'a study by hospital and claim',
    ({ findable }) =>
      `select attributes from ${findable}.studies where hospital = $1 and claim = $2`,
    ({ hospital, claim }) => [hospital, claim],
  ],
  [
    'the facts of a study',
    ({ events }) =>
      `select version, type, sealed from ${events} where stream = $1 order by version`,
    ({ claim }) => [`study-${claim}`],
  ],
  [
    'a page of 200 facts behind a checkpoint',
    ({ events }) => `select position, type, sealed from ${events}
      where (xid, position) > ($1::text::xid8, $2::bigint) order by xid, position limit 200`,
    ({ xid, position }) => [xid, position],
  ],
];

async function someInstances(pool) {
  const { rows } = await pool.query(
    `select r.uid_hash, r.claim, s.hospital, e.xid::text, e.position::text
     from (select uid_hash, claim from ${plain.reservations} tablesample bernoulli (1) repeatable (1) limit ${asks}) r
     join ${plain.findable}.studies s using (claim) join ${plain.events} e on e.stream = 'study-' || r.claim and e.version = 1`,
  );
  return rows;
}

async function runAll({ pool }, statements, schema) {
  let [buffers, ms, planMs, rows] = [0, 0, 0, 0];
  for (const { text, values } of statements) {
    const { rows: answer } = await pool.query(
      `explain (analyze, buffers, timing off, format json) ${text.replaceAll('{schema}', schema)}`,
      [...values],
    );
    const {
      Plan: plan,
      'Execution Time': took,
      'Planning Time': planned,
    } = JSON.parse(answer[0]['QUERY PLAN'])[0];
    buffers += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    rows += plan['Actual Rows'];
    ms += took;
    planMs += planned;
  }
  return { buffers, ms, planMs, rows };
}

const medians = (all) =>
  Object.fromEntries(
    ['buffers', 'ms', 'planMs'].map((name) => [name, median(all.map((one) => one[name]))]),
  );
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
