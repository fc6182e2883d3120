import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ArchiveUnderRoles, archiveUnderRoles } from './archive-under-roles.js';

const AT = '2026-11-01T10:00:00.000Z';
const NAMED = { hospital: 'HOSP-A', patient: 'p1', order: 'o1' } as const;
const said = () => ({ id: randomUUID(), actor: 'somebody' });

let archive: ArchiveUnderRoles;
beforeAll(async () => {
  archive = await archiveUnderRoles();
});
afterAll(() => archive.close());

test('the edge keeps orders, cards and answers under its own role', async () => {
  const { orders } = archive.edge;
  const done = { ok: true, changed: true };
  const procedure = {
    ...{ codes: [], descriptions: ['CT'], modality: 'CT', bodySites: [], reasons: [] },
    laterality: '',
  } as const;
  const received = await orders.receive(said(), {
    data: { ...NAMED, claim: '', state: 'active' },
    personal: {
      ...{ number: '1', accession: '', procedure, confidentiality: 'N', isUrgent: false },
      ...{ orderedAt: AT, scheduledAt: null },
    },
  });
  expect(received).toEqual(done);
  const card = randomUUID();
  const shown = {
    ...{ card, prior: 'c1', pending: '', grade: 'SAME', indicator: 'warning' },
    ...{ windows: 'built-in', suggestions: [], microsieverts: null, bytes: null },
  };
  const service = { service: 'hl7', at: AT, group: 'CT', regions: [] };
  expect(await orders.cardsShown(said(), { ...NAMED, ...service, cards: [shown] })).toEqual(done);
  const answer = { hospital: 'HOSP-A', service: 'hl7', card, outcome: 'accepted', at: AT } as const;
  const given = { ...answer, reason: '', comment: '', suggestions: [] };
  expect(await orders.cardAnswered(said(), given)).toEqual(done);
});

test.each(['arkim_ingest', 'arkim_retention'])('%s writes nothing of orders', async (role) => {
  const client = await archive.database.pool.connect();
  try {
    for (const statement of [
      `insert into events (stream, version, id, type, schema, data, metadata) values ('order-x', 1, gen_random_uuid(), 'OrderReceived', 1, '{}', '{}')`,
      `update orders set state = 'cancelled'`,
      'delete from duplicate_cards',
    ]) {
      await client.query('begin');
      await client.query(`set local role ${role}`);
      await expect(client.query(statement)).rejects.toThrow(/denied|row-level security/);
      await client.query('rollback');
    }
  } finally {
    client.release();
  }
});
