import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  codeOf,
  header,
  lines,
  pid,
  senderOn,
  type TestGateway,
  testGateway,
} from '../mllp/gateway.js';

let folder: string;
let gateway: TestGateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-hl7-tls-'));
  for (const authority of ['nation', 'elsewhere']) makeAuthority(authority);
  makeCertificate('gateway', 'nation');
  makeCertificate('hosp-a', 'nation');
  makeCertificate('hosp-b', 'nation');
  makeCertificate('stranger', 'elsewhere');
  const [keyFile, certFile, caFile] = [at('gateway.key'), at('gateway.pem'), at('nation.pem')];
  gateway = await testGateway({ tls: { keyFile, certFile, caFile } });
  const { fingerprint256 } = new X509Certificate(await readFile(at('hosp-a.pem')));
  await gateway.archive.pool.query(
    `update hospitals set settings = jsonb_set(settings, '{hl7,senders,0,certificate}', to_jsonb($1::text))
     where hospital = 'HOSP-A'`,
    [fingerprint256],
  );
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const openssl = (...args: readonly string[]) =>
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

const makeAuthority = (name: string) =>
  openssl(
    'req',
    '-x509',
    ...KEY,
    '-keyout',
    at(`${name}.key`),
    '-out',
    at(`${name}.pem`),
    '-subj',
    `/CN=${name}`,
  );

const makeCertificate = (name: string, authority: string) => {
  const request = at(`${name}.csr`);
  openssl('req', ...KEY, '-keyout', at(`${name}.key`), '-out', request, '-subj', `/CN=${name}`);
  const signed = [
    '-CA',
    at(`${authority}.pem`),
    '-CAkey',
    at(`${authority}.key`),
    '-CAcreateserial',
  ];
  openssl('x509', '-req', '-in', request, ...signed, '-out', at(`${name}.pem`));
};

const senderWith = async (name: string) => {
  const [key, cert, ca] = await Promise.all(
    [`${name}.key`, `${name}.pem`, 'nation.pem'].map((file) => readFile(at(file))),
  );
  const options = { host: '127.0.0.1', port: gateway.port, key, cert, ca };
  return senderOn(connect({ ...options, checkServerIdentity: () => undefined }));
};
const update = (facility: string) => lines(header('ADT^A28', { facility }), pid(facility));

test('a hospital is believed with its own certificate, and with no other’s', async () => {
  const own = await senderWith('hosp-a');
  expect(codeOf(await own.ask(update('HOSP-A')))).toMatch(/^AA/);
  await own.close();
  const other = await senderWith('hosp-b');
  expect(codeOf(await other.ask(update('HOSP-A')))).toMatch(/^AR/);
  expect(codeOf(await other.ask(update('HOSP-B')))).toMatch(/^AA/);
  await other.close();
});

test('who shows a certificate that nobody vouches for, or none, is not listened to', async () => {
  const stranger = await senderWith('stranger');
  stranger.write(`\x0b${update('HOSP-B')}\x1c\r`);
  await stranger.ended();
  expect(stranger.answers).toEqual([]);
  const plain = connectPlain({ host: '127.0.0.1', port: gateway.port });
  await once(plain, 'connect');
  const bare = senderOn(plain);
  bare.write(`\x0b${update('HOSP-B')}\x1c\r`);
  await bare.ended();
  expect(bare.answers).toEqual([]);
});
