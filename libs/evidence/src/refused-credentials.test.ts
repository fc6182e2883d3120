import { expect, test } from 'vitest';
import type { AuditEntry } from './audit-entry.js';
import { refusedCredentials } from './refused-credentials.js';

const AT = Date.UTC(2026, 10, 22, 20, 15, 42);
const EXPIRED = { door: 'fhir', why: 'expired' };

function counting() {
  const written: AuditEntry[] = [];
  const ports = { isBroken: false, ids: 0 };
  const refused = refusedCredentials({
    write: async (entries) => {
      if (ports.isBroken) throw new Error('no database');
      written.push(...entries);
    },
    wallMs: () => AT,
    newId: () => `id-${ports.ids++}`,
  });
  return { written, ports, refused };
}

test('a flood is one record for each kind of attempt, which says how many there were and names nobody', async () => {
  const { written, refused } = counting();
  for (let at = 0; at < 10_000; at++) refused.note(EXPIRED);
  refused.note({ door: 'dicom-web', why: 'no-token' });
  await refused.tell();
  expect(written.map(({ open }) => [open.kind, open.rule, open.repeats])).toEqual([
    ['fhir', 'expired', 9_999],
    ['dicom-web', 'no-token', 0],
  ]);
  const [{ open, personal }] = written as [AuditEntry];
  expect(open).toMatchObject({ action: 'authenticate', outcome: 'deny', actor: '', person: '' });
  expect(open.windowStart).toBe('2026-11-22T20:15:00.000Z');
  expect(personal).toEqual({ issuer: '', subject: '' });
  await refused.tell();
  expect(written).toHaveLength(2);
});
test('what could not be written is told with what came since', async () => {
  const { written, ports, refused } = counting();
  refused.note(EXPIRED);
  ports.isBroken = true;
  await expect(refused.tell()).rejects.toThrow('no database');
  refused.note(EXPIRED);
  ports.isBroken = false;
  await refused.tell();
  expect(written.map(({ open }) => open.repeats)).toEqual([1]);
});
test('kinds are bounded whatever is asked', async () => {
  const { written, refused } = counting();
  for (let at = 0; at < 1_000; at++) refused.note({ door: 'fhir', why: `why-${at}` });
  await refused.tell();
  expect(written.length).toBe(257);
  expect(written.reduce((sum, { open }) => sum + 1 + open.repeats, 0)).toBe(1_000);
});
