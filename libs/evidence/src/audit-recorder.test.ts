import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from './audit-entry.js';
import { accessRecord } from './audit-record.testing.js';
import { auditRecorder } from './audit-recorder.js';
import { WINDOW_MS } from './audit-windows.js';

let written: AuditEntry[];
let statements: number;
let atMs: number;
let newIds: number;
let failure: Error | undefined;
const recorder = () =>
  auditRecorder({
    write: async (entries) => {
      statements++;
      await new Promise((resolve) => setImmediate(resolve));
      if (failure !== undefined) throw failure;
      written.push(...entries);
    },
    wallMs: () => atMs,
    newId: () => `id-${newIds++}`,
  });

beforeEach(() => {
  [written, statements, newIds, failure] = [[], 0, 0, undefined];
  atMs = 1_000 * WINDOW_MS + 1;
});

const again = async (count: number, record = recorder(), changes = {}) => {
  for (let each = 0; each < count; each++) await record(accessRecord(changes));
  return record;
};

describe('a study that is looked through', () => {
  test('is one record for five minutes, then another', async () => {
    const record = await again(100);
    expect(written.length).toBe(1);
    atMs += WINDOW_MS - 2;
    await again(100, record);
    expect(written.length).toBe(1);
    atMs += 1;
    await again(100, record);
    expect(written.map(({ open }) => open.windowStart)).toEqual([
      new Date(1_000 * WINDOW_MS).toISOString(),
      new Date(1_001 * WINDOW_MS).toISOString(),
    ]);
    expect(new Set(written.map(({ id }) => id)).size).toBe(2);
  });
  test('has the same id at every edge', async () => {
    await again(1);
    await again(1);
    expect(written.map(({ id }) => id)).toEqual([written[0]?.id, written[0]?.id]);
  });
  test('is the same in frames and pictures, and another in metadata, by another, for another reason', async () => {
    const record = await again(1);
    await again(1, record, { kind: 'rendered' });
    expect(written.length).toBe(1);
    const { subject } = accessRecord();
    const others = [
      { action: 'read-metadata' },
      { claim: 'claim-2' },
      { rule: 'break-glass' },
      { outcome: 'deny' as const },
      { subject: { ...subject, actor: 'nurse' } },
      { subject: { ...subject, organisation: 'HOSP-B' } },
      { subject: { ...subject, purpose: 'BTG' } },
      { subject: { ...subject, onBehalfOf: { actor: 'x', organisation: 'HOSP-B', roles: [] } } },
    ];
    for (const other of others) await again(2, record, other);
    expect(written.length).toBe(1 + others.length);
    expect(written.filter(({ open }) => open.breakGlass).length).toBe(2);
  });
});

test('each search is a record of its own', async () => {
  await again(3, recorder(), { action: 'search', kind: 'study', claim: null });
  expect(written.map(({ id, open }) => [id, open.windowStart])).toEqual([
    ['id-0', null],
    ['id-1', null],
    ['id-2', null],
  ]);
});

test('a flood of refusals is one record, and the next says how many there were', async () => {
  const record = await again(1_000, recorder(), { outcome: 'deny' });
  expect(written.length).toBe(1);
  atMs += WINDOW_MS;
  await again(2, record, { outcome: 'deny' });
  expect(written.map(({ open }) => open.repeats)).toEqual([0, 999]);
});

describe('what waits together', () => {
  test('goes in one statement', async () => {
    const record = recorder();
    const asked = Array.from({ length: 65 }, (_, index) =>
      record(accessRecord({ claim: `claim-${index}` })),
    );
    await Promise.all(asked);
    expect([written.length, statements]).toEqual([65, 2]);
  });
  test('is not told to be written before it is, whoever asked first', async () => {
    failure = new Error('the disk is full');
    const record = recorder();
    const asked = [record(accessRecord()), record(accessRecord())];
    for (const each of asked) await expect(each).rejects.toThrow('full');
    failure = undefined;
    await record(accessRecord());
    expect(written.length).toBe(1);
  });
  test('is bounded', async () => {
    const record = recorder();
    const asked = Array.from({ length: 5_000 }, (_, index) =>
      record(accessRecord({ claim: `claim-${index}` })),
    );
    const ended = await Promise.allSettled(asked);
    expect(ended.filter(({ status }) => status === 'rejected').length).toBe(5_000 - 4_097);
  });
});
