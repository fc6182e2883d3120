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

/** Statements that work beside searches, on both. */
export async function compareOthers({ pool }) {
  const { rows: some } = await pool.query(
    `select uid_hash, claim from ${plain.reservations} tablesample bernoulli (1) repeatable (1) limit ${asks}`,
  );
  const others = {
    'an instance by its UID: reservation': (tables) => [
      `select claim, series from ${tables.reservations} where uid_hash = $1`,
      ({ uid_hash }) => [uid_hash],
    ],
    'a study by its claim alone (the worker today)': (tables) => [
      `select attributes from ${tables.findable}.studies where claim = $1`,
      ({ claim }) => [claim],
    ],
    'a study by hospital and claim': (tables) => [
      `select attributes from ${tables.findable}.studies where claim = $1 and hospital = $2`,
      ({ claim, hospital }) => [claim, hospital],
    ],
    'the facts of a study': (tables) => [
      `select version, type, sealed from ${tables.events} where stream = $1 order by version`,
      ({ claim }) => [`study-${claim}`],
    ],
    'a page of 200 facts behind a checkpoint': (tables) => [
      `select position, type, sealed from ${tables.events} where (xid, position) > ($1::text::xid8, $2::bigint) order by xid, position limit 200`,
      ({ xid, position }) => [xid, position],
    ],
  };
  const { rows: hospitals } = await pool.query(
    `select s.claim, hospital, e.xid::text, e.position::text from ${plain.findable}.studies s join ${plain.events} e on e.stream = 'study-' || s.claim and e.version = 1
     where s.claim = any($1)`,
    [some.map(({ claim }) => claim)],
  );
  const known = new Map(hospitals.map((row) => [row.claim, row]));
  const asked = some.flatMap((one) =>
    known.has(one.claim) ? [{ ...one, ...known.get(one.claim) }] : [],
  );
  const rows = [];
  for (const [label, statementOf] of Object.entries(others)) {
    const sides = { plain: [], partitioned: [] };
    for (const one of asked)
      for (const [side, tables] of [
        ['plain', plain],
        ['partitioned', partitioned],
      ]) {
        const [text, valuesOf] = statementOf(tables);
        sides[side].push(await runAll({ pool }, [{ text, values: valuesOf(one) }], ''));
      }
    rows.push({ label, plain: medians(sides.plain), partitioned: medians(sides.partitioned) });
  }
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
