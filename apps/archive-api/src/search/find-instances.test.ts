import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessPolicy } from '#archive/access/access-policy';
import { parseSearch } from '#dicomweb/search-query';
import { planSearch } from '#index/search-plan';
import { wholeHospital } from '#index/search-reach';
import { totalStatement } from '#index/search-statement';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';
import { readExtracts } from '../retrieve/read-extracts.js';
import { holdSeries, sampleFile } from '../stored-files.testing.js';
import { countRemaining } from './count-remaining.js';
import { findInstances } from './find-instances.js';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
  const files = [1, 2, 3, 4].map((number) => sampleFile(`HOSP-B/mr-head/0${number}.dcm`));
  await holdSeries(api.ports, 'HOSP-A', ...(await Promise.all(files)));
});
afterAll(async () => {
  await api.close();
  await database.close();
});

function planOf(queryString: string) {
  const parsed = parseSearch(queryString);
  if (!parsed.ok) throw new Error('the query has problems');
  const plan = planSearch('instance', {}, parsed.query, wholeHospital('HOSP-A'));
  if (!plan.ok || plan.instances === undefined) throw new Error('no search for instances');
  return { ...plan, instances: plan.instances };
}

const ADDRESSING = { root: '', ownClaim: (study: string) => study };

function portsOf({ ports: { objects, keys, findable, ids, wallMs } }: TestApi) {
  const readExtract = readExtracts(objects, keys);
  const personNamed = () => Promise.resolve(undefined);
  return { findable, ids, readExtract, wallMs, personNamed, policyInForce: () => accessPolicy };
}

test('results that are long together end early and say so; the next page goes on behind them', async () => {
  const ports = portsOf(api);
  const all = await findInstances(ports, planOf('includefield=all'), ADDRESSING);
  expect([all.rows.length, all.more, all.incomplete]).toEqual([4, false, false]);
  const twoRows = (all.rows[0]?.length ?? 0) + 1;
  const cut = await findInstances(ports, planOf('includefield=all'), ADDRESSING, twoRows);
  expect(cut).toMatchObject({ rows: all.rows.slice(0, 2), more: true, incomplete: true });
  const rest = await findInstances(ports, planOf('includefield=all&offset=2'), ADDRESSING, twoRows);
  expect(rest.rows).toEqual(all.rows.slice(2));
});
test('what a page leaves is exact below the bound of the count, and at least that at the bound', async () => {
  const ports = portsOf(api);
  const plan = planOf('limit=1');
  const found = await findInstances(ports, plan, ADDRESSING);
  const scope = { level: 'instance', scope: {}, reach: wholeHospital('HOSP-A') } as const;
  const asked = { ...scope, matches: [], shown: new Set<never>() };
  const boundedBy = (rowsMax: number) => ({
    ...plan,
    total: { rowsMax, statement: () => totalStatement(asked, rowsMax) },
  });
  expect(await countRemaining(ports, boundedBy(2), found)).toEqual({ count: 3, isExact: true });
  expect(await countRemaining(ports, boundedBy(1), found)).toEqual({ count: 3, isExact: false });
  expect(await countRemaining(ports, plan, { ...found, more: false })).toBeUndefined();
});
