import { requestedHospital } from './asked-hospital.mjs';

/**
 * The buffers (8 KiB pages of PostgreSQL, found in its memory or not) that the statements of a search touch: the one that finds the series of an
 * instance, the page's, and the one that counts what a full page leaves. With `say` also their plans.
 */
export async function explainSearch(database, asked, say) {
  const { pool } = database;
  let buffers = 0;
  const { schema, statements } = await statementsOf(database, asked);
  for (const { text, values } of statements) {
    const own = text.replaceAll('{schema}', schema);
    const { rows } = await pool.query(`explain (analyze, buffers, format json) ${own}`, [
      ...values,
    ]);
    const explained = JSON.parse(rows[0]['QUERY PLAN'])[0];
    buffers += buffersOf(explained.Plan);
    say?.(`${asked.path}\n${textOf(explained.Plan, '  ').join('\n')}`);
  }
  return { buffers };
}

/** The statements of a search as the edge makes them (apps/archive-api/src/search/search.ts), and the schema in use. */
export async function statementsOf({ pool, ids }, { path, behind }) {
  const [{ parseSearch }, { planSearch }, { wholeHospital }, locating] = await Promise.all([
    import('#dicomweb/search-query'),
    import('#index/search-plan'),
    import('#index/search-reach'),
    import('#index/locate-instances'),
  ]);
  const { rows } = await pool.query(`select active from projections where name = 'findable'`);
  const { level, scope, query } = addressOf(path);
  const position = behind && { date: behind.date, time: behind.time, study: behind.uid };
  const parsed = parseSearch(query).query;
  const locate = locating.namesInstances(parsed)
    ? [locating.locateStatement(parsed, ids, [requestedHospital])]
    : [];
  const found = await Promise.all(locate.map((statement) => pool.query(statement)));
  const located = found[0]?.rows.map(({ series }) => series);
  const reach = wholeHospital(requestedHospital);
  const plan = planSearch(level, scope, { ...parsed, position, located }, reach);
  const counting = plan.total === undefined ? [] : [plan.total.statement()];
  return {
    schema: `findable_${rows[0].active}`,
    statements: [...locate, plan.statement, ...counting],
  };
}

const levels = { studies: 'study', series: 'series', instances: 'instance' };

function addressOf(path) {
  const [address, query = ''] = path.split('?');
  const steps = address.split('/').slice(1);
  const scope = {};
  if (steps.length > 2) scope.study = steps[1];
  if (steps.length > 4) scope.series = steps[3];
  return { level: levels[steps.at(-1)], scope, query };
}

const buffersOf = (node) => node['Shared Hit Blocks'] + node['Shared Read Blocks'];

function textOf(node, indent) {
  const on = node['Index Name'] ?? node['Relation Name'] ?? '';
  const condition = node['Index Cond'] ?? node['Recheck Cond'] ?? '';
  const filter = node.Filter === undefined ? '' : ` but ${node['Rows Removed by Filter'] ?? 0}`;
  const line = `${indent}${node['Node Type']} ${on} ${condition}: ${node['Actual Rows']} rows${filter} × ${node['Actual Loops']}, ${node['Actual Total Time']} ms, ${buffersOf(node)} buffers`;
  return [line, ...(node.Plans ?? []).flatMap((child) => textOf(child, `${indent}  `))];
}
