import { afterAll, beforeAll, expect, test } from 'vitest';
import { onboard, testApi } from '../../apps/archive-api/src/archive-api.testing.ts';
import * as commitSlice from '../../apps/ingest-worker/src/ingest/commit-slice.ts';
import * as decideSlice from '../../apps/ingest-worker/src/ingest/decide-slice.ts';
import * as groupStored from '../../apps/ingest-worker/src/ingest/group-stored.ts';
import * as namedPatient from '../../apps/ingest-worker/src/ingest/named-patient.ts';
import * as reservations from '../../apps/ingest-worker/src/ingest/reservations.ts';
import * as slices from '../../apps/ingest-worker/src/ingest/slices.ts';
import * as writeExtracts from '../../apps/ingest-worker/src/ingest/write-extracts.ts';
import * as patientIdentifier from '../../libs/archive/src/identity/patient-identifier.ts';
import * as uuid5 from '../../libs/events/src/uuid5.ts';
import * as instanceFact from '../../libs/index/src/instance-fact.ts';
import * as pack from '../../libs/storage/src/pack.ts';
import { archiveCore } from '../../test/support/archive-core.ts';
import { requestedHospital } from './asked-hospital.mjs';
import { fillBlock } from './fill-block.mjs';
import { judgeAnswer } from './judge-answer.mjs';
import { kindsOfSearch } from './kinds-of-search.mjs';
import { knownStudies } from './known.mjs';
import { pathOf } from './path-of.mjs';
import { drawFor } from './population/draw.mjs';
import { hospitalCodes } from './population/study.mjs';

const code = {
  ...commitSlice,
  ...decideSlice,
  ...groupStored,
  ...namedPatient,
  ...patientIdentifier,
  ...reservations,
  ...slices,
  ...writeExtracts,
  ...uuid5,
  ...instanceFact,
  ...pack,
};
const plan = { seed: 7, full: 2, thin: 16, sample: 1 };
const whole = { first: 0, count: 30 };
const rest = { first: 30, count: 250 };
const asksOfEach = 3;

let archive;
let api;
beforeAll(async () => {
  archive = await archiveCore();
  await onboard(archive.pool, ...hospitalCodes);
  api = await testApi(archive.pool, { ids: archive.ingest.ids });
});
afterAll(async () => {
  await api.close();
  await archive.close();
});

const fill = (block, ownPlan = plan) =>
  fillBlock(block, { ingest: archive.ingest, code, plan: ownPlan });
const events = async () =>
  (await archive.pool.query('select count(*)::int as count from events')).rows[0].count;

async function get(path, token) {
  const url = path.startsWith('http') ? path : `${api.url}/dicom-web${path}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const [warning, link] = ['warning', 'link'].map((name) => answer.headers.get(name) ?? undefined);
  const body = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: { warning, link }, body };
}

test('what is made is what the ingest worker would have made: a rebuild from facts and extracts gives the same rows', async () => {
  expect(await fill(whole)).toMatchObject({ studies: whole.count });
  expect(await archive.rebuild()).toMatchObject({
    switched: true,
    differing: { studies: 0, series: 0, segments: 0, packs: 0 },
  });
});
test('the same block again adds nothing', async () => {
  const before = await events();
  await fill(whole);
  expect(await events()).toBe(before);
});
test.each(kindsOfSearch.filter(({ sampled }) => !sampled))(
  'what the archive answers is what the generator knows: $label',
  async (kind) => {
    await fill(rest, { ...plan, sample: 1000 });
    const known = knownStudies({ plan, count: whole.count + rest.count });
    const token = await api.token('radiologist', requestedHospital);
    const draw = drawFor(plan.seed, 1, 1);
    for (let ask = 0; ask < asksOfEach; ask += 1) {
      const asked = kind.make(draw, known, plan);
      const path = await pathOf({ get: (ahead) => get(ahead, token) }, asked);
      expect(judgeAnswer(asked, await get(path, token))).toBeUndefined();
    }
  },
);
