import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addressGuard } from '#platform/public-address';
import { deliverFrom } from '../../apps/retention-worker/src/webhooks/webhooks.module.js';
import { TEST_SECRETS } from '../support/archive-core.js';
import { careOf, newOrder } from '../support/care.js';
import { type ChangesArchive, changesArchive, type Item } from './changes-archive.js';

type Received = Readonly<{
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}>;

let world: ChangesArchive;
let folder: string;
let server: Server;
let origin: string;
let ca: string;
let received: Received[] = [];
/** What the receiver answers with, one after the other; the last one again and again. */
let answers: { status: number; headers?: Record<string, string> }[] = [];
let deliver: () => Promise<boolean>;
let study = 100;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-webhooks-'));
  const certificate = await makeCertificate();
  ca = certificate.cert.toString();
  server = createServer(certificate, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    received.push({ path: request.url ?? '', headers: request.headers, body });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    response.writeHead(answer?.status ?? 204, answer?.headers ?? {}).end('x'.repeat(1_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  world = await changesArchive({ webhookNetworks: ['127.0.0.0/8', '::1/128'] });
  deliver = deliverFrom(world.archive.pool, TEST_SECRETS, sendingWith(['127.0.0.0/8', '::1/128']));
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await world.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  for (const { id } of (await ask('GET', '/governance/webhooks')).json.items)
    await ask('DELETE', `/governance/webhooks/${id}`);
  await query('delete from webhook_dead_letters');
  received = [];
  answers = [{ status: 204 }];
});

const makeCertificate = async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
  await promisify(execFile)('openssl', [...made, '-days', '2', ...names]);
  return { key: await readFile(key), cert: await readFile(cert) };
};
const sendingWith = (networks: readonly string[], trusted: string | undefined = ca) => ({
  ...{ guard: addressGuard(networks), ca: trusted },
});
const query = async (sql: string, values: readonly unknown[] = []) =>
  (await world.archive.pool.query(sql, [...values])).rows;
const ask = async (method: string, path: string, body?: unknown, headers = {}) => {
  const answer = await fetch(world.api.url + path, {
    method,
    headers: {
      authorization: `Bearer ${world.agency}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
};
const subscribe = async (path = '/hook', after?: string) => {
  const { status, json } = await ask('POST', '/governance/webhooks', {
    address: origin + path,
    ...(after === undefined ? {} : { after }),
  });
  expect(status).toBe(201);
  return json as { id: string; secret: string };
};
/** Everything that is due, tried once; pauses are over at once when `again` says so. */
const deliverAll = async () => {
  while (await deliver());
};
const retryNow = () => query('update webhook_progress set due_at = now() where not halted');
const store = async (patient = 'hooked') => {
  study += 1;
  await world.store('HOSP-A', study, patient);
  await world.tell();
  return world.claimOf('HOSP-A', study);
};
const dataOf = ({ body }: Received) =>
  JSON.parse(body) as {
    type: string;
    data: { items: readonly Item[]; after: string; next: string };
  };
const claimsIn = (messages: readonly Received[]) =>
  messages.flatMap((one) => dataOf(one).data.items.map(({ claim }) => claim));
const hook = async () => (await ask('GET', '/governance/webhooks')).json.items[0];

describe('a message', () => {
  test('has what happened since it was subscribed, signed with the secret that was given', async () => {
    await store();
    const { secret } = await subscribe();
    const claim = await store();
    await deliverAll();
    expect(received).toHaveLength(1);
    const [one] = received as [Received];
    expect(dataOf(one)).toMatchObject({
      type: 'studies.changed',
      data: { items: [{ claim, hospital: 'HOSP-A', kind: 'stored' }] },
    });
    const signed = `${one.headers['webhook-id']}.${one.headers['webhook-timestamp']}.${one.body}`;
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key).update(signed).digest('base64');
    expect(one.headers['webhook-signature']).toBe(`v1,${signature}`);
    expect(Math.abs(Date.now() / 1000 - Number(one.headers['webhook-timestamp']))).toBeLessThan(60);
    expect(one.headers['content-type']).toBe('application/json');
  });
  test('is not sent again once it was taken, whatever is rebuilt', async () => {
    await subscribe();
    await store();
    await deliverAll();
    expect(await world.archive.rebuildTable('webhooks', { repair: true })).toMatchObject({
      missing: 0,
    });
    await query('update change_progress set checkpoint = null');
    await world.tell();
    await deliverAll();
    expect(received).toHaveLength(1);
    await query('delete from webhooks');
    await deliverAll();
    expect(await world.archive.rebuildTable('webhooks', { repair: true })).toMatchObject({
      missing: 1,
    });
    await deliverAll();
    expect(received).toHaveLength(1);
  });
  test('leads to the feed: its cursors are the feed’s', async () => {
    await subscribe();
    await store();
    await deliverAll();
    const { data } = dataOf(received[0] as Received);
    const page = await world.read(`?after=${data.after}`);
    expect(page).toEqual({ items: data.items, next: data.next, more: false });
  });
  test('is written down as a search that found these studies', async () => {
    const { id } = await subscribe();
    await store();
    await deliverAll();
    const rows = await query(
      `select kind, organisation, rule from audit_records where actor = $1`,
      [id.replaceAll('-', '')],
    );
    expect(rows).toEqual([{ kind: 'changes', organisation: 'AGENCY', rule: 'agency-record' }]);
  });
  test('has 100 changes at most, and all of them come in their order', async () => {
    await subscribe('/hook', 'c0');
    const whole = (await world.read('?limit=1000')).items.map(({ cursor }) => cursor);
    await query(
      `with told as (update change_progress set last_sequence = last_sequence + 250 returning last_sequence)
       insert into study_changes select last_sequence - 250 + n, $1, 'HOSP-A', 'changed', now() from told, generate_series(1, 250) n`,
      [await store()],
    );
    await deliverAll();
    const items = received.flatMap((one) => dataOf(one).data.items);
    expect(received.every((one) => dataOf(one).data.items.length <= 100)).toBe(true);
    const cursors = items.map(({ cursor }) => cursor);
    expect(cursors).toEqual((await world.read('?limit=1000')).items.map(({ cursor }) => cursor));
    expect(cursors.length).toBeGreaterThan(whole.length + 249);
  });
});

describe('a receiver that fails', () => {
  test('gets the same message again, with another time, until it takes it; then what came since', async () => {
    await subscribe();
    const first = await store();
    answers = [
      { status: 500 },
      { status: 302, headers: { location: '/elsewhere' } },
      { status: 200 },
    ];
    await deliverAll();
    const second = await store();
    await deliverAll();
    expect(received).toHaveLength(1);
    expect(await hook()).toMatchObject({ state: 'retrying', attempts: 1, lastOutcome: 'http-500' });
    await retryNow();
    await deliverAll();
    await retryNow();
    await deliverAll();
    const ids = received.map(({ headers }) => headers['webhook-id']);
    expect(ids.slice(0, 3)).toEqual([ids[0], ids[0], ids[0]]);
    expect(ids[3]).not.toBe(ids[0]);
    expect(claimsIn(received)).toEqual([first, first, first, second]);
    expect(received.map(({ path }) => path)).toEqual(Array(4).fill('/hook'));
    expect(await hook()).toMatchObject({ state: 'delivering', attempts: 0 });
  });
  test('is given what may not be known of any more no second time', async () => {
    await subscribe();
    await store('opposing');
    answers = [{ status: 503 }, { status: 204 }];
    await deliverAll();
    const patient = world.ids.patient('HOSP-A', 'opposing');
    await careOf(world.archive).record(newOrder(), {
      type: 'OppositionRecorded',
      data: { patient, opposition: randomUUID(), hospital: '', claim: '' },
      personal: { from: '2026-01-01T00:00:00.000Z' },
    });
    await retryNow();
    await deliverAll();
    expect(received).toHaveLength(1);
    await world.tell();
    await deliverAll();
    expect(dataOf(received[1] as Received).data.items.map(({ kind }) => kind)).toEqual([
      'withdrawn',
    ]);
  });
  test('for a day loses the message to the dead letters, and the next one comes', async () => {
    const { id } = await subscribe();
    const first = await store();
    answers = [{ status: 500 }];
    for (let n = 0; n < 14; n++) {
      await deliverAll();
      await retryNow();
    }
    expect(received).toHaveLength(14);
    answers = [{ status: 204 }];
    const second = await store();
    await deliverAll();
    expect(claimsIn(received.slice(13))).toEqual([first, second]);
    const { json } = await ask('GET', `/governance/webhooks/${id}/dead-letters`);
    const { data } = dataOf(received[0] as Received);
    expect(json.items).toEqual([
      expect.objectContaining({
        ...{ after: data.after, through: data.next, attempts: 14, lastOutcome: 'http-500' },
      }),
    ]);
    expect(await hook()).toMatchObject({ state: 'delivering', deadLetters: 1 });
    const again = await ask('POST', `/governance/webhooks/${id}/restart`, { after: data.after });
    expect(again.status).toBe(204);
    await deliverAll();
    expect(claimsIn(received.slice(-1))).toEqual([first, second]);
    const ids = received.map(({ headers }) => headers['webhook-id']);
    expect(ids.slice(0, -1)).not.toContain(ids.at(-1));
  });
  test('three messages long is left alone until somebody restarts it', async () => {
    const { id } = await subscribe();
    answers = [{ status: 500 }];
    for (let message = 0; message < 3; message++) {
      await store();
      for (let n = 0; n < 14; n++) {
        await deliverAll();
        await retryNow();
      }
    }
    expect(await hook()).toMatchObject({ state: 'halted', deadLetters: 3 });
    await store();
    await deliverAll();
    expect(received).toHaveLength(3 * 14);
    answers = [{ status: 204 }];
    await ask('POST', `/governance/webhooks/${id}/restart`, { after: 'c0' });
    await deliverAll();
    expect(received.length).toBeGreaterThan(3 * 14);
    expect(await hook()).toMatchObject({ state: 'delivering' });
  });
  test('that wants no more (410) gets no more', async () => {
    await subscribe();
    await store();
    answers = [{ status: 410 }];
    await deliverAll();
    await retryNow();
    await store();
    await deliverAll();
    expect(received).toHaveLength(1);
    expect(await hook()).toMatchObject({ state: 'halted', lastOutcome: 'http-410' });
  });
  test('does not hold up another', async () => {
    await subscribe('/first');
    await store();
    answers = [{ status: 500 }];
    await deliverAll();
    answers = [{ status: 204 }];
    await subscribe('/second');
    await store();
    await deliverAll();
    expect(received.map(({ path }) => path)).toEqual(['/first', '/second']);
  });
  test('a worker that died in a try leaves it to the next when its lease is over', async () => {
    await subscribe();
    const claim = await store();
    await query(
      'insert into webhook_progress (id, sequence) select id, after from webhooks on conflict do nothing',
    );
    await query(
      `update webhook_progress set through = sequence + 1, due_at = now() + interval '60 seconds'`,
    );
    await deliverAll();
    expect(received).toEqual([]);
    await retryNow();
    await deliverAll();
    expect(claimsIn(received)).toEqual([claim]);
  });
});

describe('whom the archive calls', () => {
  const outcomeOf = async (sending: Parameters<typeof deliverFrom>[2]) => {
    await subscribe();
    await store();
    await deliverFrom(world.archive.pool, TEST_SECRETS, sending)();
    expect(received).toEqual([]);
    return (await hook()).lastOutcome;
  };
  test('nobody in a private network that isn’t named, whatever the name says', async () => {
    expect(await outcomeOf(sendingWith([]))).toBe('address-not-permitted');
    expect(await outcomeOf(sendingWith(['10.0.0.0/8']))).toBe('address-not-permitted');
  });
  test('nobody whose certificate isn’t believed', async () => {
    const { guard } = sendingWith(['127.0.0.0/8', '::1/128']);
    expect(await outcomeOf({ guard, ca: undefined })).toMatch(/cert/);
  });
  test.each([
    'http://example.org/hook',
    'https://user:secret@example.org/',
    'https://example.org/#part',
    'ftp://example.org/',
    'https://',
    'javascript:alert(1)',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fe80::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://0x0a000001/',
    `https://example.org/${'x'.repeat(2_000)}`,
    7,
  ])('%s is refused at once', async (address) => {
    expect((await ask('POST', '/governance/webhooks', { address })).status).toBe(400);
  });
});

describe('subscriptions', () => {
  test('the same order again is the same subscription', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const body = { address: `${origin}/once` };
    const first = await ask('POST', '/governance/webhooks', body, key);
    const second = await ask('POST', '/governance/webhooks', body, key);
    expect(second).toEqual(first);
    expect((await ask('GET', '/governance/webhooks')).json.items).toHaveLength(1);
  });
  test('the secret is told once, and stands nowhere', async () => {
    const { secret } = await subscribe();
    expect(JSON.stringify((await ask('GET', '/governance/webhooks')).json)).not.toContain(secret);
    const facts = await query('select data from events');
    expect(JSON.stringify(facts)).not.toContain(secret.replace('whsec_', ''));
  });
  test('one that is over is called no more', async () => {
    const { id } = await subscribe();
    expect((await ask('DELETE', `/governance/webhooks/${id}`)).status).toBe(204);
    await store();
    await deliverAll();
    expect(received).toEqual([]);
    expect((await ask('DELETE', `/governance/webhooks/${id}`)).status).toBe(404);
    expect((await ask('POST', `/governance/webhooks/${id}/restart`, { after: 'c0' })).status).toBe(
      404,
    );
    expect((await ask('GET', `/governance/webhooks/${id}/dead-letters`)).status).toBe(404);
  });
  test('there are 16 at most', async () => {
    for (let n = 0; n < 16; n++) await subscribe(`/${n}`);
    const more = await ask('POST', '/governance/webhooks', { address: `${origin}/17` });
    expect(more.status).toBe(409);
  });
  test('a place ahead of the feed is refused', async () => {
    const { id } = await subscribe();
    const address = `${origin}/hook`;
    const ahead = { after: 'czzzzzz' };
    expect((await ask('POST', '/governance/webhooks', { address, ...ahead })).status).toBe(400);
    expect((await ask('POST', `/governance/webhooks/${id}/restart`, ahead)).status).toBe(400);
  });
});
