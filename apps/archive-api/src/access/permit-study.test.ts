import { beforeEach, describe, expect, test } from 'vitest';
import type { AccessRecord, Standing, StudyFacts } from '#archive/access/access-facts';
import { accessPolicy } from '#archive/access/access-policy';
import { NO_STANDING } from '#archive/access/no-standing';
import type { ClaimStanding } from '#index/study-standing';
import type { Caller } from '../caller/caller.js';
import type { ProblemException } from '../problem.js';
import { STANDING_KEPT_MS } from './kept-standings.js';
import { type PermitPorts, permitStudy } from './permit-study.js';

const STUDY = '1.2.3';
const idOf = (hospital: string) => hospital.slice(-1).toLowerCase().repeat(32);
const claim = (
  hospital: string,
  facts: Partial<StudyFacts> = {},
  standing: Partial<Standing> = {},
): ClaimStanding => ({
  facts: {
    claim: idOf(hospital),
    hospital,
    group: '',
    jurisdiction: '',
    person: 'person',
    confidentiality: 'N',
    tags: [],
    state: 'active',
    ...facts,
  },
  standing: { ...NO_STANDING, ...standing },
});
const TREATS = { relationship: 'encounter' } as const;

const caller = (changes: Partial<Caller> = {}): Caller => ({
  hospital: 'HOSP-A',
  roles: ['radiologist'],
  issuer: 'issuer',
  subject: 'doctor',
  purpose: null,
  mfa: false,
  machine: false,
  act: null,
  patient: null,
  person: null,
  group: '',
  crisis: false,
  ...changes,
});

let held: readonly ClaimStanding[];
let looks: number;
let records: AccessRecord[];
let atMs: number;
let permit: ReturnType<typeof permitStudy>;

const opened = (changes: Partial<PermitPorts> = {}) =>
  permitStudy({
    standingOf: async () => {
      looks += 1;
      return held;
    },
    policyInForce: () => accessPolicy,
    recordAccess: async (record) => {
      records.push(record);
    },
    isExportFrozen: () => false,
    nowMs: () => atMs,
    ...changes,
  });

beforeEach(() => {
  held = [];
  looks = 0;
  records = [];
  atMs = 1_000_000;
  permit = opened();
});

const statusOf = async (asked: Promise<unknown>): Promise<number> =>
  asked.then(
    () => 200,
    (error) => (error as ProblemException).problem.status,
  );

describe('of the claims of a study', () => {
  test('the first that may be seen is shown, under its exact address when it is of another hospital', async () => {
    held = [claim('HOSP-B'), claim('HOSP-C', {}, TREATS), claim('HOSP-D', {}, TREATS)];
    expect(await permit(caller(), { study: STUDY }, 'frames')).toEqual({
      hospital: 'HOSP-C',
      claim: idOf('HOSP-C'),
      isExact: true,
    });
    held = [claim('HOSP-A'), ...held];
    expect(await permit(caller(), { study: STUDY }, 'frames')).toEqual({
      hospital: 'HOSP-A',
      claim: idOf('HOSP-A'),
      isExact: false,
    });
  });
  test('one that is asked for by its own address stays there', async () => {
    held = [claim('HOSP-A')];
    const asked = permit(caller(), { study: STUDY, claim: idOf('HOSP-A') }, 'frames');
    expect((await asked).isExact).toBe(true);
  });
  test('what was disposed of is gone for who could have seen it, and not there for others', async () => {
    held = [claim('HOSP-A', { state: 'disposed' })];
    expect(await statusOf(permit(caller(), { study: STUDY }, 'frames'))).toBe(410);
    held = [claim('HOSP-B', { state: 'disposed' })];
    expect(await statusOf(permit(caller(), { study: STUDY }, 'frames'))).toBe(404);
    held = [claim('HOSP-B', { state: 'disposed' }, TREATS)];
    expect(await statusOf(permit(caller(), { study: STUDY }, 'frames'))).toBe(410);
    held = [claim('HOSP-A', { state: 'disposed' }), claim('HOSP-B', {}, TREATS)];
    expect((await permit(caller(), { study: STUDY }, 'frames')).hospital).toBe('HOSP-B');
  });
  test('what may be seen and not exported is no file-set', async () => {
    held = [claim('HOSP-B', {}, TREATS)];
    expect(await statusOf(permit(caller(), { study: STUDY }, 'instances'))).toBe(200);
    expect(await statusOf(permit(caller(), { study: STUDY }, 'file-set'))).toBe(403);
    held = [claim('HOSP-B')];
    expect(await statusOf(permit(caller(), { study: STUDY }, 'file-set'))).toBe(404);
  });
  test('in a crisis of the custodian or of the one who asks there are no file-sets', async () => {
    held = [claim('HOSP-A')];
    for (const frozen of ['HOSP-A', 'HOSP-B']) {
      permit = opened({ isExportFrozen: (hospital) => hospital === frozen });
      const expected = frozen === 'HOSP-A' ? 403 : 200;
      for (const kind of ['file-set', 'file-set', 'instances'] as const)
        expect(await statusOf(permit(caller(), { study: STUDY }, kind))).toBe(
          kind === 'instances' ? 200 : expected,
        );
    }
    expect(records.map(({ rule }) => rule)).toContain('exports-frozen');
  });
  test('what may be done only under an obligation that nobody keeps is not done', async () => {
    const reader = caller({ roles: ['teleradiologist'] });
    held = [claim('HOSP-B', {}, { relationship: 'task' })];
    expect(await statusOf(permit(reader, { study: STUDY }, 'frames'))).toBe(404);
    expect(records).toMatchObject([{ outcome: 'deny', rule: 'teleradiologist' }]);
  });
});

describe('what is written down', () => {
  test('says who, what, which claim, and why', async () => {
    held = [claim('HOSP-B', {}, TREATS)];
    await permit(caller({ purpose: 'TREAT' }), { study: STUDY }, 'metadata');
    expect(records).toEqual([
      {
        subject: expect.objectContaining({ organisation: 'HOSP-A', purpose: 'TREAT' }),
        action: 'read-metadata',
        outcome: 'permit',
        rule: 'other-hospital-treats',
        policyVersion: accessPolicy.version,
        obligations: expect.arrayContaining(['log', 'notify-patient']),
        claim: idOf('HOSP-B'),
        hospital: 'HOSP-B',
        person: 'person',
        kind: 'metadata',
        personal: { issuer: 'issuer', subject: 'doctor', study: STUDY },
      },
    ]);
  });
  test('is one record for a study that nobody holds, as for one that is denied', async () => {
    await statusOf(permit(caller(), { study: STUDY }, 'frames'));
    held = [claim('HOSP-B'), claim('HOSP-C')];
    await statusOf(permit(caller(), { study: STUDY }, 'frames'));
    expect(records.map(({ outcome, claim: named }) => [outcome, named])).toEqual([
      ['deny', null],
      ['deny', idOf('HOSP-B')],
    ]);
  });
  test('is durable before anything is shown, and nothing is shown when it can not be', async () => {
    held = [claim('HOSP-A')];
    let isDurable = () => {};
    permit = opened({ recordAccess: () => new Promise((resolve) => (isDurable = resolve)) });
    let isShown = false;
    const asked = permit(caller(), { study: STUDY }, 'frames').then(() => {
      isShown = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isShown).toBe(false);
    isDurable();
    await asked;
    expect(isShown).toBe(true);
    permit = opened({ recordAccess: () => Promise.reject(new Error('the disk is full')) });
    await expect(permit(caller(), { study: STUDY }, 'frames')).rejects.toThrow('full');
  });
});

describe('what was looked up', () => {
  const ask = (who = caller(), named = {}) => permit(who, { study: STUDY, ...named }, 'frames');

  test('serves many frames of who was let in, and is looked up again soon', async () => {
    held = [claim('HOSP-A')];
    for (let frame = 0; frame < 100; frame++) await ask();
    expect(looks).toBe(1);
    expect(records.length).toBe(100);
    held = [claim('HOSP-A', {}, { excluded: true })];
    atMs += STANDING_KEPT_MS - 1;
    expect(await statusOf(ask())).toBe(200);
    atMs += 1;
    expect(await statusOf(ask())).toBe(404);
  });
  test('is never trusted for who was refused', async () => {
    expect(await statusOf(ask())).toBe(404);
    held = [claim('HOSP-A')];
    expect(await statusOf(ask())).toBe(200);
    expect(looks).toBe(2);
  });
  test('is not trusted where the own hospital may come first meanwhile', async () => {
    held = [claim('HOSP-B', {}, TREATS)];
    expect((await ask()).hospital).toBe('HOSP-B');
    held = [claim('HOSP-A'), ...held];
    expect((await ask()).hospital).toBe('HOSP-A');
    const named = { claim: idOf('HOSP-B') };
    held = [claim('HOSP-B', {}, TREATS)];
    looks = 0;
    for (let frame = 0; frame < 10; frame++) await ask(caller(), named);
    expect(looks).toBe(1);
  });
  test('is of one person, one organisation, and one study', async () => {
    held = [claim('HOSP-A')];
    await ask();
    held = [];
    expect(await statusOf(ask(caller({ subject: 'nurse' })))).toBe(404);
    expect(await statusOf(ask(caller({ hospital: 'HOSP-B' })))).toBe(404);
    expect(await statusOf(ask(caller({ person: 'person-2' })))).toBe(404);
    expect(await statusOf(ask(caller(), { study: '1.2.4' }))).toBe(404);
    expect(await statusOf(ask(caller(), { claim: idOf('HOSP-A') }))).toBe(404);
    expect(await statusOf(ask())).toBe(200);
  });
  test('is decided by again: roles, purpose and policy count at once', async () => {
    held = [claim('HOSP-A')];
    await ask();
    expect(await statusOf(ask(caller({ roles: ['dpo'] })))).toBe(404);
    expect(await statusOf(ask(caller({ purpose: 'HRESCH' })))).toBe(404);
    let policy = accessPolicy;
    permit = opened({ policyInForce: () => policy });
    expect(await statusOf(ask())).toBe(200);
    policy = { ...accessPolicy, version: 'closed', rules: [] };
    expect(await statusOf(ask())).toBe(404);
  });
});

test('what is no UID, or no id of a claim, is not even looked up', async () => {
  for (const named of [
    { study: '' },
    { study: 'x' },
    { study: `1.${'2'.repeat(64)}` },
    { study: STUDY, claim: '' },
    { study: STUDY, claim: "' or 1=1" },
    { study: STUDY, claim: 'A'.repeat(32) },
  ])
    expect(await statusOf(permit(caller(), named, 'frames'))).toBe(404);
  expect([looks, records.length]).toEqual([0, 0]);
});
