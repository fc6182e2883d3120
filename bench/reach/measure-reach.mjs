import { performance } from 'node:perf_hooks';

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

/** Medians of each search as each of the names says who searches; the statement of the page and the one that counts what it leaves. */
export async function measureReach(pool, { runs, explain }, names) {
  const code = await load();
  const measured = {};
  for (const name of names) {
    measured[name] = {};
    for (const [title, [level, query]] of Object.entries(searches)) {
      const make = () => statementsOf({ pool, code, name }, level, query);
      if (explain && level === 'study') await say(pool, title, (await make())[0]);
      measured[name][title] = await timed(pool, make, runs);
    }
  }
  return measured;
}

async function load() {
  const [
    { parseSearch },
    { planSearch },
    { reachOf },
    { knownOf },
    { wholeHospital },
    { accessPolicy },
  ] = await Promise.all([
    import('#dicomweb/search-query'),
    import('#index/search-plan'),
    import('#index/access-reach'),
    import('#index/known-of-searcher'),
    import('#index/search-reach'),
    import('#archive/access/access-policy'),
  ]);
  return { parseSearch, planSearch, reachOf, knownOf, wholeHospital, accessPolicy };
}

const radiologist = {
  ...{ actor: 'a'.repeat(32), organisation: 'HOSP-A', group: '', roles: ['radiologist'] },
  ...{ purpose: 'TREAT', mfa: true, machine: false, person: null, onBehalfOf: null, crisis: false },
};

async function statementsOf({ pool, code, name }, level, query) {
  const at = new Date().toISOString();
  const rows = async (statement) => (await pool.query({ ...statement })).rows;
  const policy = code.accessPolicy;
  const reach =
    name === 'without policy'
      ? code.wholeHospital('HOSP-A')
      : code.reachOf(radiologist, 'search', {
          ...{ policy, at },
          known: await code.knownOf({ rows }, radiologist),
        });
  const plan = code.planSearch(level, {}, code.parseSearch(query).query, reach);
  const named = plan.name === undefined ? plan.statement : { ...plan.statement, name: plan.name };
  return [named, plan.total.statement()];
}

async function timed(pool, make, runs) {
  const times = [];
  for (let run = -5; run < runs; run++) {
    const from = performance.now();
    for (const { text, values, name } of await make())
      await pool.query({
        text: text.replaceAll('{schema}', 'findable_1'),
        values: [...values],
        ...(name && { name }),
      });
    if (run >= 0) times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(runs / 2)], p95: times[Math.floor(runs * 0.95)] };
}

async function say(pool, title, { text, values }) {
  const { rows } = await pool.query(
    `explain (analyze, buffers) ${text.replaceAll('{schema}', 'findable_1')}`,
    [...values],
  );
  process.stderr.write(`${title}\n${rows.map((row) => row['QUERY PLAN']).join('\n')}\n\n`);
}
