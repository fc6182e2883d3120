import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../../apps/archive-api/src/cds/card-shape.js';
import { sealFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { sealRound } from '../../apps/retention-worker/src/seal/seal-round.js';
import { sealSoon } from '../audit/seal-soon.js';
import { type Answer, type CdsArchive, cdsArchive, NATION, SMART } from './cds-archive.js';
import { callOf, daysAgo, doseReportOf, imageOf, orderOf } from './cds-files.js';
import { judged } from './judge.js';

const STUDY = '1.2.840.99.6';
const DONE = { study: STUDY, national: 'N1', code: 'CT-THX-N' } as const;

let at: CdsArchive;
beforeAll(async () => {
  at = await cdsArchive();
  await at.store('HOSP-B', imageOf(DONE), doseReportOf(DONE, 350));
});
afterAll(() => at.close());

const cardsOf = ({ body }: Answer) => body['cards'] as readonly Card[];

test('R-005: an emergency doctor of A who orders a CT of the chest is warned of the one that B made six days ago', async () => {
  const order = orderOf('TDMTHO');
  const answer = judged(await at.call(callOf([order])));
  expect(answer.status).toBe(200);
  const [card, ...others] = cardsOf(answer);
  expect(others).toEqual([]);
  expect(card).toMatchObject({
    summary: 'CT chest done 6 days ago at CH Nord: images available',
    indicator: 'warning',
    selectionBehavior: 'at-most-one',
    suggestions: [
      { isRecommended: true, actions: [{ type: 'delete', resourceId: 'ServiceRequest/ord1' }] },
    ],
  });
  expect(card?.detail).toContain('**SAME**');
  expect(card?.detail).toContain('≈ 4.9 mSv (dose length product 350 mGy·cm)');
  expect(card?.detail).toContain(`${daysAgo(6)} (6 days ago)`);
  expect(card?.overrideReasons?.map(({ code }) => code)).toContain('clinical-change');
  expect(card?.links).toEqual([
    {
      label: 'Open images',
      type: 'absolute',
      url: `${at.api.url}/viewer/viewer?StudyInstanceUIDs=${STUDY}`,
    },
    expect.objectContaining({
      type: 'smart',
      url: SMART,
      appContext: expect.stringContaining(STUDY),
    }),
  ]);
});

test('what came from elsewhere makes no link and no markup in the card', async () => {
  const [card] = cardsOf(await at.call(callOf([orderOf('TDMTHO')])));
  expect(card?.detail).toContain('Called \\*so\\* \\[there\\]\\(http&#58;//evil\\.example\\)');
});

test('the client is asked to name the exam in the order, whose every member stays', async () => {
  const order = orderOf('TDMTHO', {
    note: [{ text: 'as it was' }],
    code: { coding: [{ system: 'urn:example:HOSP-A', code: 'TDMTHO', userSelected: true }] },
  });
  const { body } = await at.call(callOf([order]));
  const [action] = body['systemActions'] as readonly { type: string; resource: object }[];
  expect(action?.type).toBe('update');
  expect(action?.resource).toEqual({
    ...order,
    supportingInfo: [{ identifier: { system: 'urn:dicom:uid', value: `urn:oid:${STUDY}` } }],
  });
  expect(new JSONSchemaValidator().validate(action?.resource)).toEqual([]);
});

test('one click opens the images of B: the order made the doctor, and nobody else, take part in the care', async () => {
  await at.call(callOf([orderOf('TDMTHO')], { userId: 'Practitioner/dr-2' }));
  const read = async (subject: string) => {
    const token = await at.api.sign({ subject, roles: ['physician'] });
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${at.api.url}/dicom-web/studies/${STUDY}`, { headers });
    await answer.arrayBuffer();
    return answer.status;
  };
  expect([await read('dr-2'), await read('dr-3')]).toEqual([200, 404]);
  const sealing = { pool: at.pool, sealWithin: sealFrom(() => at.api.ports.keys, undefined) };
  await sealSoon(() => sealRound(sealing));
  const token = await at.api.sign({
    ...{ organisation: 'AGENCY', roles: ['patient'], patient: `${NATION}:N1` },
  });
  const headers = { authorization: `Bearer ${token}` };
  const seen = await fetch(`${at.api.url}/governance/access-log`, { headers });
  const { items } = (await seen.json()) as { items: readonly { what: string }[] };
  const studies = [expect.objectContaining({ hospital: 'HOSP-B', studyUid: STUDY })];
  for (const what of ['seen', 'found'])
    expect(items).toContainEqual(
      expect.objectContaining({ what, organisation: 'HOSP-A', studies }),
    );
});

test('the card is kept, once however often it is asked for, and so is that the doctor took its advice', async () => {
  const hookInstance = '11111111-2222-4333-8444-555555555555';
  const body = callOf([orderOf('TDMTHO')], { hookInstance });
  const [card] = cardsOf(await at.call(body));
  const [again] = cardsOf(await at.call(body));
  expect(again?.uuid).toBe(card?.uuid);
  const { rows } = await at.pool.query('select * from duplicate_cards where id = $1', [card?.uuid]);
  expect(rows).toMatchObject([
    {
      hospital: 'HOSP-A',
      service: 'imaging-duplicate-sign',
      prior: at.claimOf('HOSP-B', STUDY),
      grade: 'SAME',
      indicator: 'warning',
      microsieverts: '4900',
    },
  ]);
  const feedback = [
    {
      card: card?.uuid,
      outcome: 'accepted',
      acceptedSuggestions: [{ id: card?.suggestions?.[0]?.uuid }],
      outcomeTimestamp: new Date().toISOString(),
    },
  ];
  const answered = await at.call({ feedback }, { service: 'imaging-duplicate-sign/feedback' });
  expect(answered.status).toBe(200);
  const kept = await at.pool.query('select outcome from duplicate_cards where id = $1', [
    card?.uuid,
  ]);
  expect(kept.rows).toEqual([{ outcome: 'accepted' }]);
});
