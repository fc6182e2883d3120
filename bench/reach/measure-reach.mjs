import { performance } from 'node:perf_hooks';

export const OWN = 'own hospital, no policy';
export const NATION = 'all hospitals, no policy';
export const WITH_POLICY = 'with policy';

/** A policy that lets everybody find everything: what a search over all hospitals takes by itself. */
const openTo = (policy) => ({
  ...policy,
  rules: [
    {
      ...{ id: 'all', effect: 'permit', why: '', roles: ['radiologist'], actions: 'any' },
      places: ['own', 'group', 'nation'],
      levels: ['N', 'R', 'V'],
      states: ['active', 'rejected-quality', 'rejected-safety', 'disposed'],
    },
  ],
});

const searches = {
  'first page of 25': ['study', 'limit=25'],
  'first page of 1000': ['study', 'limit=1000'],
  'page of 25 behind 10000': ['study', 'limit=25&offset=10000'],
  'of a month': ['study', 'StudyDate=20240201-20240229&limit=100'],
  'of a modality': ['study', 'ModalitiesInStudy=MR&limit=100'],
  'of a patient': ['study', 'PatientID=P17'],
  'of a name': ['study', 'PatientName=doe^17*&limit=100'],
  'by number': ['study', 'AccessionNumber=A1234'],
  'series, page of 25': ['series', 'limit=25'],
};

/** Times of each search as each of the names says who searches; of the page and of what counts what it leaves. */
export async function measureReach(pool, { runs, explain }, names) {
  const code = await load();
  const measured = Object.fromEntries(names.map((name) => [name, {}]));
  for (const [title, search] of Object.entries(searches)) {
    const makers = names.map((name) => () => statementsOf({ pool, code, name }, ...search));
    const times = await byTurns(pool, makers, runs);
    names.forEach((name, at) => {
      measured[name][title] = summary(times[at]);
    });
    if (explain) await say(pool, title, await makers.at(-1)());
  }
  return measured;
}

const warmUps = 6;

/** By turns, what else the machine does falls on all alike. */
async function byTurns(pool, makers, runs) {
  const times = makers.map(() => []);
  for (let run = 0; run < warmUps + runs; run++)
    for (const [at, make] of makers.entries()) times[at].push(await timed(pool, make));
  return times.map((all) => all.slice(warmUps));
}

async function load() {
  const [
    { parseSearch },
    { planSearch },
    { reachOf },
    { knownOf },
    { wholeHospital },
    { accessPolicy },
    { positionOf },
  ] = await Promise.all([
    import('#dicomweb/search-query'),
    import('#index/search-plan'),
    import('#index/access-reach'),
    import('#index/known-of-searcher'),
    import('#index/search-reach'),
    import('#archive/access/access-policy'),
    import('#index/search-position'),
  ]);
  return { parseSearch, planSearch, reachOf, knownOf, wholeHospital, accessPolicy, positionOf };
}

const radiologist = {
  ...{ actor: 'a'.repeat(32), organisation: 'HOSP-A', group: '', roles: ['radiologist'] },
  ...{ purpose: 'TREAT', mfa: true, machine: false, person: null, onBehalfOf: null, crisis: false },
};

async function statementsOf({ pool, code, name }, level, query) {
  const at = new Date().toISOString();
  const rows = async (statement) => (await pool.query({ ...statement })).rows;
  const policy = code.accessPolicy;
  const asked = { policy: name === WITH_POLICY ? policy : openTo(policy), at };
  const reach =
    name === OWN
      ? code.wholeHospital('HOSP-A')
      : code.reachOf(radiologist, 'search', {
          ...asked,
          known: await code.knownOf({ rows }, radiologist),
        });
  const plan = code.planSearch(level, {}, code.parseSearch(query).query, reach);
  const named = plan.name === undefined ? plan.statement : { ...plan.statement, name: plan.name };
  /* As the archive does: what a page leaves is counted behind its last row, when it leaves something. */
  const remaining = (rows) =>
    rows.length > plan.limit
      ? plan.total.statement(code.positionOf(rows[plan.limit - 1]))
      : undefined;
  return { page: named, remaining };
}

async function timed(pool, make) {
  const from = performance.now();
  const { page, remaining } = await make();
  const { rows } = await pool.query(inSchema(page));
  const counting = remaining(rows);
  if (counting !== undefined) await pool.query(inSchema(counting));
  return performance.now() - from;
}

const inSchema = ({ text, values, name }) => ({
  text: text.replaceAll('{schema}', 'findable_1'),
  values: [...values],
  ...(name && { name }),
});

function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor(sorted.length * share)];
  return { p10: at(0.1), p50: at(0.5) };
}

async function say(pool, title, { page, remaining }) {
  const { rows } = await pool.query(inSchema(page));
  for (const statement of [page, remaining(rows)].filter(Boolean)) {
    const { text, values } = inSchema(statement);
    const { rows: plan } = await pool.query(`explain (analyze, buffers) ${text}`, values);
    process.stderr.write(`${title}\n${plan.map((row) => row['QUERY PLAN']).join('\n')}\n\n`);
  }
}
