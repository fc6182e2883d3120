import { describe, expect, test } from 'vitest';
import type { RunningArchive } from './archive.js';
import { type Caller, callerWith } from './ask.js';

const ANNA = { authority: 'NAT', value: 'anna' };

/** What patients say and what happens in emergencies, by tokens of the command line. */
export function careSuite(archive: () => RunningArchive): void {
  const caller = async (...claims: readonly string[]): Promise<Caller> => {
    const { code, stdout } = await archive().arkim('token', ...claims);
    expect(code).toBe(0);
    return callerWith(archive(), stdout.trim());
  };
  const post = async ({ ask }: Caller, path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  };
  const get = async ({ ask }: Caller, path: string) =>
    (await (await ask(path)).json()) as Readonly<{ items?: unknown }>;

  describe('treatment and consent', () => {
    test('R-003: a patient opposes, sees it, and takes it back', async () => {
      const patient = ['--org', 'AGENCY', '--role', 'patient', '--patient', 'NAT:anna'];
      const anna = await caller(...patient);
      const { status, json } = await post(anna, '/governance/oppositions', { hospital: 'HOSP-A' });
      expect(status).toBe(201);
      const own = { id: json.id, hospital: 'HOSP-A', claim: null };
      expect(await get(anna, '/governance/consents')).toMatchObject({ oppositions: [own] });
      const path = `/governance/oppositions/${json.id}`;
      expect((await anna.ask(path, { method: 'DELETE' })).status).toBe(204);
      expect(await get(anna, '/governance/consents')).toMatchObject({ oppositions: [] });
    });
    test('glass is broken with a second factor, judged by the officer, and told to the patient', async () => {
      const physician = ['--org', 'HOSP-B', '--role', 'physician', '--sub', 'dr-b'];
      const reason = { code: 'vital-interest', text: 'found unconscious' };
      const body = { patient: ANNA, reason };
      expect((await post(await caller(...physician), '/governance/break-glass', body)).status).toBe(
        403,
      );
      const doctor = await caller(...physician, '--mfa');
      const opened = await post(doctor, '/governance/break-glass', body);
      expect(opened.status).toBe(201);
      const dpo = await caller('--org', 'HOSP-B', '--role', 'dpo');
      const { items } = await get(dpo, '/governance/break-glass?state=open');
      expect(items).toMatchObject([{ id: opened.json.id, overdue: false }]);
      const review = { outcome: 'justified', note: 'the patient could not be asked' };
      const judged = await post(dpo, `/governance/break-glass/${opened.json.id}/review`, review);
      expect(judged.status).toBe(204);
      const agency = await caller('--org', 'AGENCY', '--role', 'agency');
      const notices = await get(agency, '/governance/notices');
      expect(notices.items).toMatchObject([{ kind: 'break-glass', subject: opened.json.id }]);
    });
    test('the routes are described', async () => {
      const anyone = await caller('--org', 'HOSP-A', '--role', 'admin');
      expect(await get(anyone, '/openapi.json')).toMatchObject({ openapi: '3.1.0' });
    });
    test('the log names neither the patient nor the reason', () =>
      expect(archive().output()).not.toMatch(/anna|unconscious/));
  });
}
