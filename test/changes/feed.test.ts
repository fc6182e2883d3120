import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessPolicy } from '#archive/access/access-policy';
import {
  type IdentityPorts,
  linkIdentities,
  unlinkIdentities,
} from '#index/postgres/identity-commands';
import { reassignStudy } from '#index/postgres/reassign-studies';
import { identityPorts, said } from '../identity/people.js';
import { careOf, newOrder } from '../support/care.js';
import { type ChangesArchive, changesArchive } from './changes-archive.js';

let world: ChangesArchive;
let identity: IdentityPorts;
beforeAll(async () => {
  world = await changesArchive();
  identity = identityPorts(world.archive);
});
afterAll(() => world.close());

const query = async (sql: string, values: readonly unknown[] = []) =>
  (await world.archive.pool.query(sql, [...values])).rows;
const claim = (study: number, hospital = 'HOSP-A') => world.claimOf(hospital, study);
const patient = (value: string, hospital = 'HOSP-A') => world.ids.patient(hospital, value);
/** What was told of one study, as the agency reads it now from the start. */
const kindsOf = async (study: number, hospital = 'HOSP-A') => {
  const { items } = await world.read('?limit=1000');
  const own = claim(study, hospital);
  return items.filter((item) => item.claim === own).map(({ kind }) => kind);
};
const oppose = (value: string, opposition: string, what: { claim?: string; from?: string } = {}) =>
  careOf(world.archive).record(newOrder(), {
    type: 'OppositionRecorded',
    data: { patient: patient(value), opposition, hospital: '', claim: what.claim ?? '' },
    personal: { from: what.from ?? '2026-01-01T00:00:00.000Z' },
  });
const withdraw = (value: string, opposition: string) =>
  careOf(world.archive).record(newOrder(), {
    type: 'OppositionWithdrawn',
    data: { patient: patient(value), opposition },
    personal: { at: new Date().toISOString() },
  });

describe('what becomes of a study', () => {
  test('it is stored, once, and changed by what comes later', async () => {
    await world.store('HOSP-A', 1, 'one');
    expect(await world.tell()).toBe(1);
    expect(await world.tell()).toBe(0);
    await world.store('HOSP-A', 1, 'one', 2);
    expect(await world.tell()).toBe(1);
    expect(await kindsOf(1)).toEqual(['stored', 'changed']);
  });
  test('an item names the claim, the hospital, what and when, and nothing else', async () => {
    const { items, next, more } = await world.read('?limit=1');
    const [item] = items;
    expect(Object.keys(item ?? {}).sort()).toEqual(['at', 'claim', 'cursor', 'hospital', 'kind']);
    expect(item).toMatchObject({ claim: claim(1), hospital: 'HOSP-A', kind: 'stored' });
    const log = await world.archive.log.after(undefined, 100);
    expect(item?.at).toBe(log.find(({ type }) => type === 'InstancesStored')?.recordedAt);
    expect([next, more]).toEqual([item?.cursor, true]);
  });
  test('the same content again is nothing new', async () => {
    await world.store('HOSP-A', 1, 'one', 2);
    expect(await world.tell()).toBe(0);
  });
  test('given to another person it is told as that', async () => {
    const to = { authority: 'HOSP-A', value: 'other' };
    await reassignStudy(identity, said(), { claim: claim(1), to });
    await world.tell();
    expect(await kindsOf(1)).toEqual(['stored', 'changed', 'reassigned']);
  });
  test('a link moves the studies of one of the two, and its end moves them back', async () => {
    await world.store('HOSP-A', 2, 'left');
    await world.store('HOSP-B', 3, 'right');
    await world.tell();
    const link = said();
    await linkIdentities(identity, link, {
      patient: { authority: 'HOSP-A', value: 'left' },
      other: { authority: 'HOSP-B', value: 'right' },
    });
    expect(await world.tell()).toBe(1);
    await unlinkIdentities(identity, said(), { patient: patient('left'), link: link.id });
    expect(await world.tell()).toBe(1);
    const told = [...(await kindsOf(2)), ...(await kindsOf(3, 'HOSP-B'))];
    expect(told.toSorted()).toEqual(['reassigned', 'reassigned', 'stored', 'stored']);
  });
});

describe('what the agency may not know of', () => {
  test('a study that was masked before it was told is never told', async () => {
    const before = (await world.read('?limit=1000')).next;
    await oppose('masked', 'o-masked');
    await world.store('HOSP-A', 10, 'masked');
    await world.store('HOSP-A', 10, 'masked', 2);
    expect(await world.tell()).toBe(0);
    expect(await query('select from told_studies where claim = $1', [claim(10)])).toEqual([]);
    expect(await world.read(`?after=${before}`)).toEqual({ items: [], next: before, more: false });
  });
  test('shown for the first time it is told as stored, as any other', async () => {
    await withdraw('masked', 'o-masked');
    expect(await world.tell()).toBe(1);
    expect(await kindsOf(10)).toEqual(['stored']);
  });
  test('masked after it was told it is withdrawn, and nothing else of it is shown any more', async () => {
    await oppose('masked', 'o-again');
    expect(await kindsOf(10)).toEqual([]);
    expect(await world.tell()).toBe(1);
    expect(await kindsOf(10)).toEqual(['withdrawn']);
    await world.store('HOSP-A', 10, 'masked', 3);
    expect(await world.tell()).toBe(0);
  });
  test('shown again it is restored', async () => {
    await withdraw('masked', 'o-again');
    await world.tell();
    expect(await kindsOf(10)).toEqual(['stored', 'withdrawn', 'restored']);
  });
  test('one study of several is masked alone', async () => {
    await world.store('HOSP-A', 11, 'masked');
    await oppose('masked', 'o-one', { claim: claim(11) });
    await world.tell();
    expect([await kindsOf(10), await kindsOf(11)]).toEqual([
      ['stored', 'withdrawn', 'restored'],
      [],
    ]);
  });
  test('an opposition that begins later is told when it begins', async () => {
    await world.store('HOSP-A', 12, 'later');
    await world.tell();
    await oppose('later', 'o-later', { from: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await world.tell()).toBe(0);
    world.pass(2);
    expect(await world.tell()).toBe(1);
    expect(await kindsOf(12)).toEqual(['withdrawn']);
  });
  test('a restricted study is withdrawn without a reason', async () => {
    await world.store('HOSP-A', 13, 'restricted');
    await world.tell();
    await careOf(world.archive).setConfidentiality(newOrder(), {
      ...{ claim: claim(13), hospital: 'HOSP-A', voice: 'custodian' as const },
      mark: { level: 'R', tags: [] },
    });
    await world.tell();
    expect(await kindsOf(13)).toEqual(['withdrawn']);
  });
  test('a study of no known patient is not told', async () => {
    await world.store('HOSP-A', 14, '');
    expect(await world.tell()).toBe(0);
  });
  test('a link to a patient who opposes masks what the other had', async () => {
    await world.store('HOSP-B', 15, 'linked');
    await world.tell();
    await oppose('opposes', 'o-linked');
    const link = said();
    await linkIdentities(identity, link, {
      patient: { authority: 'HOSP-A', value: 'opposes' },
      other: { authority: 'HOSP-B', value: 'linked' },
    });
    await world.tell();
    expect(await kindsOf(15, 'HOSP-B')).toEqual(['withdrawn']);
    await unlinkIdentities(identity, said(), { patient: patient('opposes'), link: link.id });
    await world.tell();
    expect(await kindsOf(15, 'HOSP-B')).toEqual(['stored', 'withdrawn', 'restored']);
  });
});

describe('the order', () => {
  test('pages of any size are one feed, without gaps or repeats', async () => {
    const whole = (await world.read('?limit=1000')).items;
    for (const limit of [1, 2, 5]) {
      const items = [];
      let page = await world.read(`?limit=${limit}`);
      for (;;) {
        items.push(...page.items);
        if (!page.more) break;
        page = await world.read(`?limit=${limit}&after=${page.next}`);
      }
      expect(items).toEqual(whole);
    }
  });
  test('what a late transaction stored is told when it is there', async () => {
    const before = (await world.read('?limit=1000')).next;
    const client = await world.archive.pool.connect();
    await client.query('begin');
    await client.query('select pg_current_xact_id()');
    await world.store('HOSP-A', 20, 'early');
    await world.tellOnce({ sweep: false });
    expect(await world.read(`?after=${before}`)).toMatchObject({ items: [] });
    await client.query('commit');
    client.release();
    await world.tell();
    const { items } = await world.read(`?after=${before}`);
    expect(items.map((item) => item.claim)).toEqual([claim(20)]);
  });
  test('two tellers at once tell everything once', async () => {
    for (const study of [21, 22, 23]) await world.store('HOSP-A', study, 'many');
    const told = await Promise.all([1, 2, 3, 4].map(() => world.tell()));
    expect(told.reduce((sum, one) => sum + one, 0) + (await world.tell())).toBe(3);
    const rows = await query('select sequence from study_changes order by sequence');
    expect(rows.map(({ sequence }) => Number(sequence))).toEqual(rows.map((_, index) => index + 1));
  });
  test('a log that is followed again from its start tells nothing twice', async () => {
    await query('update change_progress set checkpoint = null');
    expect(await world.tell()).toBe(0);
  });
  test('a study whose row is gone is withdrawn in the round of all, a cursor from before goes on', async () => {
    const before = (await world.read('?limit=1000')).next;
    await query('delete from study_access where claim = $1', [claim(23)]);
    const { changes } = await world.tellOnce({ sweep: true });
    expect(changes).toBe(1);
    const { items } = await world.read(`?after=${before}`);
    expect(items.map((item) => [item.claim, item.kind])).toEqual([[claim(23), 'withdrawn']]);
    expect(await world.archive.rebuildTable('study_access', { repair: true })).toMatchObject({
      missing: 1,
    });
    await world.tellOnce({ sweep: true });
    expect(await kindsOf(23)).toEqual(['stored', 'withdrawn', 'restored']);
  });
  test('a rebuild of what searches read changes nothing', async () => {
    const before = await world.read('?limit=1000');
    await world.archive.rebuild();
    await world.tellOnce({ sweep: true });
    expect(await world.read('?limit=1000')).toEqual(before);
  });
  test('another policy is told of every study', async () => {
    const { policies } = world.api.ports;
    const rules = accessPolicy.rules.map((rule) =>
      rule.id === 'agency-record' ? { ...rule, actions: ['read-metadata' as const] } : rule,
    );
    const published = { ...accessPolicy, version: 'without-search', rules };
    const basedOn = accessPolicy.version;
    const order = { id: '00000000-0000-4000-8000-000000000001', actor: 'test' };
    expect(await policies.publish(order, { basedOn, policy: published })).toEqual({ ok: true });
    expect(await world.tell()).toBeGreaterThan(5);
    expect(await query('select from told_studies where not withdrawn')).toEqual([]);
  });
});

describe('who asks', () => {
  test('a cursor that is none, or is ahead of the feed, is 400', async () => {
    for (const after of ['c', 'x1', '12', 'c-1', `c${'z'.repeat(14)}`, 'czzzzzz']) {
      const { status } = await world.get(`/governance/changes?after=${after}`, world.agency);
      expect([after, status]).toEqual([after, 400]);
    }
  });
  test('nobody but the agency', async () => {
    for (const role of ['agency', 'dpo', 'records-manager', 'admin', 'radiologist']) {
      const token = await world.api.token(role, 'HOSP-A');
      expect((await world.get('/governance/changes', token)).status).toBe(403);
    }
  });
  test('a request that waits is answered when something happens', async () => {
    const { next } = await world.read('?limit=1000');
    const waiting = world.read(`?after=${next}&wait=30`);
    await query(
      `with told as (update change_progress set last_sequence = last_sequence + 1 returning last_sequence)
       insert into study_changes select last_sequence, $1, 'HOSP-A', 'withdrawn', now() from told`,
      [claim(1)],
    );
    expect((await waiting).items.map((item) => item.kind)).toEqual(['withdrawn']);
  });
  test('what was shown is written down', async () => {
    const [record] = await query(
      `select organisation, rule from audit_records where action = 'search' and kind = 'changes' order by recorded_at limit 1`,
    );
    expect(record).toEqual({ organisation: 'AGENCY', rule: 'agency-record' });
  });
});
