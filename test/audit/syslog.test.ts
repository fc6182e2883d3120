import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryKeyRing } from '#events/memory/memory-key-ring';
import { auditRecorder } from '#evidence/audit-recorder';
import { tellNext } from '#evidence/postgres/tell-audit';
import { writeAudit } from '#evidence/postgres/write-audit';
import { sendSyslog } from '#evidence/send-syslog';
import { accessRecord } from '../../libs/evidence/src/audit-record.testing.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

let database: TestDatabase;
let folder: string;
let server: Server;
let received: Buffer[] = [];
let breaksOff = false;
let raw: Socket | undefined;

const certificate = async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
  await promisify(execFile)('openssl', [...made, '-days', '2', ...subject]);
  return { key: await readFile(key), cert: await readFile(cert) };
};

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'arkim-syslog-'));
  server = createServer(await certificate(), (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received.push(chunk);
      if (breaksOff) raw?.resetAndDestroy();
    });
  });
  server.on('connection', (socket) => {
    raw = socket;
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
});
afterAll(async () => {
  server.close();
  await database.close();
  await rm(folder, { recursive: true });
});

const tell = async (ca?: Buffer) => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const trusted = ca ?? (await readFile(join(folder, 'cert.pem')));
  return tellNext({
    pool: database.pool,
    send: (frames) => sendSyslog({ host: 'localhost', port, ca: trusted }, frames),
  });
};

/** Messages by their frames: the length in octets, a space, the message (RFC 5425 §4.3). */
const messages = (): readonly string[] => {
  let bytes = Buffer.concat(received);
  const all: string[] = [];
  while (bytes.length > 0) {
    const at = bytes.indexOf(' ');
    const length = Number(bytes.toString('latin1', 0, at));
    all.push(bytes.toString('utf8', at + 1, at + 1 + length));
    bytes = bytes.subarray(at + 1 + length);
  }
  return all;
};

const record = async (...records: readonly Parameters<typeof accessRecord>[0][]) => {
  const recordAccess = auditRecorder({
    write: writeAudit({
      pool: database.pool,
      keys: memoryKeyRing(randomBytes),
      wallMs: Date.now,
      random: randomBytes,
    }),
    wallMs: Date.now,
    newId: randomUUID,
  });
  for (const each of records) await recordAccess(accessRecord(each));
};

const told = async (ca?: Buffer): Promise<number> => {
  for (;;) {
    const count = await tell(ca);
    if (count > 0) return count;
  }
};

/** Elements of a message, in their order, with what they say. */
function elementsOf(message: string) {
  const xml = message.slice(message.indexOf('<?xml'));
  const found: [string, Readonly<Record<string, unknown>>][] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => found.push([name, { ...attributes }]));
  parser.write(xml).close();
  return found;
}

test('records go as audit messages of DICOM over TLS, each in a frame, once while all is well', async () => {
  const purpose = { ...accessRecord().subject, purpose: 'a"<&>' };
  await record({}, { outcome: 'deny', rule: 'opposition' }, { action: 'search', subject: purpose });
  expect(await told()).toBe(3);
  const [seen = '', refused = '', search = ''] = messages();
  expect(seen).toMatch(/^<85>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ arkim - DICOM\+RFC3881 - \uFEFF<\?xml/);
  expect(refused).toMatch(/^<84>1 /);
  expect(elementsOf(seen)).toMatchObject([
    ['AuditMessage', {}],
    ['EventIdentification', { EventActionCode: 'R', EventOutcomeIndicator: '0' }],
    ['EventID', { 'csd-code': '110103', codeSystemName: 'DCM' }],
    ['EventTypeCode', { 'csd-code': 'own-hospital' }],
    ['ActiveParticipant', { UserID: 'actor', UserIsRequestor: 'true' }],
    ['RoleIDCode', { 'csd-code': 'radiologist' }],
    ['AuditSourceIdentification', { AuditSourceID: 'arkim', AuditEnterpriseSiteID: 'HOSP-A' }],
    ['ParticipantObjectIdentification', { ParticipantObjectID: 'claim' }],
    ['ParticipantObjectIDTypeCode', {}],
    ['ParticipantObjectName', {}],
    ['ParticipantObjectIdentification', { ParticipantObjectID: 'person' }],
    ['ParticipantObjectIDTypeCode', { codeSystemName: 'RFC-3881' }],
    ['ParticipantObjectName', {}],
    ['ParticipantObjectIdentification', {}],
    ['ParticipantObjectIDTypeCode', {}],
    ['ParticipantObjectName', {}],
  ]);
  expect(elementsOf(refused)).toContainEqual([
    'EventID',
    { 'csd-code': '110113', codeSystemName: 'DCM', originalText: 'Security Alert' },
  ]);
  expect(JSON.stringify(elementsOf(search))).toContain('110112');
  for (const message of messages()) expect(message).not.toMatch(/doctor|issuer/);
  expect(await tell()).toBe(0);
});

test('what the server may not have had is told again', async () => {
  received = [];
  breaksOff = true;
  await record({ claim: 'claim-2' });
  await expect(told()).rejects.toThrow();
  breaksOff = false;
  received = [];
  expect(await told()).toBe(1);
  expect(messages().length).toBe(1);
});

test('a server with another certificate is told nothing', async () => {
  received = [];
  await record({ claim: 'claim-3' });
  await expect(told(Buffer.from(''))).rejects.toThrow();
  expect(received).toEqual([]);
});
