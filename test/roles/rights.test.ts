import { randomUUID } from 'node:crypto';
import type { DatabaseError, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { loggedIn, ROLES, type Role } from './roles.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await ensureFindable(database.pool);
});
afterAll(() => database.close());

const as = <T>(role: string, work: (pool: Pool) => Promise<T>) =>
  loggedIn(database.url, role, work);

/** What each role may do with each table; with a table that isn't named, nothing. */
const RIGHTS: Readonly<Record<Role, Readonly<Record<string, string>>>> = {
  arkim_api: {
    'public.disposition_batches': 'select insert update',
    'public.tombstones': 'select',
    'public.disposals': 'select',
    'public.disposition_certificates': 'select',
    'public.deaths': 'select insert update delete',
    'public.retention_disputes': 'select insert update delete',
    'public.retention_marks': 'select insert update delete',
    'public.retention_policies': 'select insert',
    'public.retention_progress': 'select',
    'public.retention_queue': 'select',
    'public.retention_schedule': 'select',
    'public.hold_queue': 'select',
    'public.hold_work': 'select',
    'public.legal_holds': 'select insert update',
    'public.study_holds': 'select',
    'public.master_keys': 'select',
    'public.manifest_contents': 'select',
    'public.manifests': 'select',
    'public.study_exams': 'select',
    'findable_1.packs': 'select',
    'findable_1.unseen_studies': 'select',
    'findable_1.unseen_series': 'select',
    'findable_1.rejected': 'select',
    'findable_1.segments': 'select',
    'findable_1.series': 'select',
    'findable_1.studies': 'select',
    'public.access_policies': 'select insert',
    'public.audit_days': 'select',
    'public.audit_records': 'select insert',
    'public.audit_seals': 'select',
    'public.audit_shown': 'select',
    'public.break_glass': 'select insert update delete',
    'public.change_progress': 'select',
    'public.commitment_requests': 'select insert update delete',
    'public.duplicate_cards': 'select insert update delete',
    'public.events': 'select insert',
    'public.evidence_leaves': 'select',
    'public.evidence_nodes': 'select',
    'public.evidence_seals': 'select',
    'public.evidence_stamps': 'select',
    'public.exclusions': 'select insert update delete',
    'public.grants': 'select insert update delete',
    'public.hl7_messages': 'select insert update delete',
    'public.hospitals': 'select insert update',
    'public.identity_links': 'select insert update delete',
    'public.ingest_jobs': 'select insert',
    'public.match_windows': 'select insert',
    'public.notices': 'select insert update',
    'public.oppositions': 'select insert update delete',
    'public.orders': 'select insert update delete',
    'public.patient_ids': 'select insert update delete',
    'public.person_flags': 'select insert update delete',
    'public.pixel_copies': 'select',
    'public.pixel_digests': 'select',
    'public.pixel_studies': 'select',
    'public.platform_state': 'select',
    'public.projections': 'select',
    'public.reach': 'select',
    'public.registry_state': 'select insert update',
    'public.relationship_reviews': 'select insert update',
    'public.relationships': 'select insert update delete',
    'public.representatives': 'select insert update delete',
    'public.reservations': 'select',
    'public.revocations': 'select',
    'public.sealing_keys': 'select insert',
    'public.sent_again': 'select',
    'public.small_packs': 'select insert',
    'public.rejection_revocations': 'select insert',
    'public.study_access': 'select update',
    'public.study_changes': 'select',
    'public.study_moves': 'select insert update delete',
    'public.told_studies': 'select',
    'public.used_assertions': 'select insert delete',
    'public.webhook_dead_letters': 'select',
    'public.webhook_progress': 'select insert update',
    'public.webhooks': 'select insert delete',
    'public.fixity_batches': 'select',
    'public.fixity_damage': 'select',
  },
  arkim_ingest: {
    'public.disposition_batches': 'select',
    'public.tombstones': 'select',
    'public.disposals': 'select',
    'public.disposition_certificates': 'select',
    'public.legal_holds': 'select',
    'public.study_holds': 'select',
    'public.master_keys': 'select',
    'public.manifest_contents': 'select insert update delete',
    'public.manifest_queue': 'select insert update delete',
    'public.manifests': 'select insert update delete',
    'public.study_exams': 'select insert update',
    'findable_1.packs': 'select insert update delete',
    'findable_1.unseen_studies': 'select insert update delete',
    'findable_1.unseen_series': 'select insert update delete',
    'findable_1.rejected': 'select insert update delete',
    'findable_1.segments': 'select insert update delete',
    'findable_1.series': 'select insert update delete',
    'findable_1.studies': 'select insert update delete',
    'public.access_policies': 'select',
    'public.break_glass': 'select',
    'public.duplicate_cards': 'select',
    'public.events': 'select insert',
    'public.exclusions': 'select',
    'public.grants': 'select',
    'public.hospitals': 'select',
    'public.identity_links': 'select',
    'public.ingest_jobs': 'select insert update',
    'public.log_intents': 'select insert delete',
    'public.match_windows': 'select',
    'public.notices': 'select',
    'public.oppositions': 'select',
    'public.orders': 'select',
    'public.patient_ids': 'select insert update',
    'public.person_flags': 'select insert update',
    'public.pixel_copies': 'select insert update delete',
    'public.pixel_digests': 'select insert update delete',
    'public.pixel_studies': 'select insert update delete',
    'public.platform_state': 'select insert',
    'public.projections': 'select',
    'public.quarantine': 'insert',
    'public.reach': 'select',
    'public.registry_state': 'select',
    'public.relationship_reviews': 'select',
    'public.relationships': 'select',
    'public.representatives': 'select',
    'public.reservations': 'select insert',
    'public.retire_queue': 'select insert update',
    'public.sealing_keys': 'select insert',
    'public.sent_again': 'select insert',
    'public.settle_queue': 'select insert update delete',
    'public.small_packs': 'select insert',
    'public.rejection_revocations': 'select update',
    'public.study_access': 'select insert update',
    'public.study_moves': 'select',
  },
  arkim_retention: {
    'public.disposition_certificates': 'select insert',
    'public.disposals': 'select insert update',
    'public.tombstones': 'select insert',
    'public.disposition_batches': 'select',
    'public.settle_queue': 'select insert delete',
    'public.snapshots': 'select delete',
    'public.pixel_copies': 'select delete',
    'public.pixel_studies': 'select delete',
    'public.pixel_digests': 'select delete',
    'public.reservations': 'select delete',
    'public.manifest_contents': 'select delete',
    'public.deaths': 'select',
    'public.retention_disputes': 'select',
    'public.retention_marks': 'select',
    'public.retention_policies': 'select',
    'public.retention_progress': 'select update',
    'public.retention_queue': 'select insert update delete',
    'public.retention_schedule': 'select insert update delete',
    'public.hold_queue': 'select delete',
    'public.hold_work': 'select update delete',
    'public.legal_holds': 'select update',
    'public.study_holds': 'select insert delete',
    'public.key_destructions': 'select update',
    'public.master_keys': 'select',
    'public.manifest_queue': 'select',
    'public.manifests': 'select delete',
    'public.study_exams': 'select delete',
    'findable_1.packs': 'select delete',
    'findable_1.segments': 'select delete',
    'findable_1.series': 'select delete',
    'findable_1.studies': 'select delete',
    'findable_1.unseen_studies': 'select delete',
    'findable_1.unseen_series': 'select delete',
    'findable_1.rejected': 'select delete',
    'public.access_policies': 'select',
    'public.audit_days': 'select insert',
    'public.audit_exports': 'select insert update',
    'public.audit_records': 'select insert',
    'public.audit_seals': 'select insert',
    'public.audit_shown': 'select insert',
    'public.break_glass': 'select update',
    'public.change_progress': 'select update',
    'public.duplicate_cards': 'select',
    'public.events': 'select insert',
    'public.exclusions': 'select update',
    'public.grants': 'select update',
    'public.evidence_leaves': 'select insert',
    'public.evidence_nodes': 'select insert',
    'public.evidence_seals': 'select insert',
    'public.evidence_stamps': 'select insert',
    'public.hospitals': 'select',
    'public.identity_links': 'select',
    'public.ingest_jobs': 'select delete',
    'public.log_intents': 'select',
    'public.match_windows': 'select',
    'public.notices': 'select',
    'public.oppositions': 'select update',
    'public.orders': 'select',
    'public.patient_ids': 'select update delete',
    'public.person_flags': 'select update delete',
    'public.platform_state': 'select',
    'public.projections': 'select',
    'public.quarantine': 'select',
    'public.reach': 'select',
    'public.registry_state': 'select',
    'public.relationship_reviews': 'select',
    'public.relationships': 'select update',
    'public.representatives': 'select update',
    'public.retire_queue': 'select delete',
    'public.sealing_keys': 'select insert update',
    'public.small_packs': 'select delete',
    'public.study_access': 'select update',
    'public.study_changes': 'select insert',
    'public.study_moves': 'select',
    'public.told_studies': 'select insert update',
    'public.webhook_dead_letters': 'select insert',
    'public.webhook_progress': 'select insert update',
    'public.webhooks': 'select',
    'public.fixity_batches': 'select insert',
    'public.fixity_damage': 'select insert update',
    'public.fixity_work': 'select update',
    'public.copy_progress': 'select update',
  },
  arkim_operator: {
    'public.disposition_batches': 'select insert update',
    'public.tombstones': 'select',
    'public.disposals': 'select',
    'public.disposition_certificates': 'select',
    'public.deaths': 'select insert update delete',
    'public.retention_disputes': 'select insert update delete',
    'public.retention_marks': 'select insert update delete',
    'public.retention_policies': 'select insert',
    'public.retention_progress': 'select',
    'public.retention_queue': 'select',
    'public.retention_schedule': 'select',
    'public.hold_queue': 'select',
    'public.hold_work': 'select',
    'public.legal_holds': 'select',
    'public.study_holds': 'select',
    'public.key_destructions': 'select',
    'public.master_keys': 'select insert delete',
    'public.manifest_contents': 'select',
    'public.manifest_queue': 'select',
    'public.manifests': 'select',
    'public.study_exams': 'select insert update',
    'findable_1.packs': 'select',
    'findable_1.unseen_studies': 'select',
    'findable_1.unseen_series': 'select',
    'findable_1.rejected': 'select',
    'findable_1.segments': 'select',
    'findable_1.series': 'select',
    'findable_1.studies': 'select',
    'public.access_policies': 'select insert',
    'public.audit_days': 'select',
    'public.audit_records': 'select',
    'public.audit_seals': 'select',
    'public.audit_shown': 'select',
    'public.break_glass': 'select insert update delete',
    'public.change_progress': 'select',
    'public.duplicate_cards': 'select insert update delete',
    'public.events': 'select insert',
    'public.evidence_leaves': 'select',
    'public.evidence_nodes': 'select',
    'public.evidence_seals': 'select',
    'public.evidence_stamps': 'select',
    'public.exclusions': 'select insert update delete',
    'public.grants': 'select insert update delete',
    'public.hl7_messages': 'select update',
    'public.hospitals': 'select insert update',
    'public.identity_links': 'select insert update delete',
    'public.ingest_jobs': 'select insert',
    'public.match_windows': 'select insert',
    'public.notices': 'select insert update',
    'public.oppositions': 'select insert update delete',
    'public.orders': 'select insert update delete',
    'public.patient_ids': 'select insert update delete',
    'public.person_flags': 'select insert update delete',
    'public.pixel_copies': 'select insert update delete',
    'public.pixel_digests': 'select insert update delete',
    'public.pixel_studies': 'select insert update delete',
    'public.platform_state': 'select',
    'public.projections': 'select',
    'public.quarantine': 'select update',
    'public.reach': 'select',
    'public.registry_state': 'select insert update',
    'public.relationship_reviews': 'select insert update',
    'public.relationships': 'select insert update delete',
    'public.representatives': 'select insert update delete',
    'public.retire_queue': 'select insert update',
    'public.revocations': 'select insert update delete',
    'public.sealing_keys': 'select insert update',
    'public.sent_again': 'select',
    'public.small_packs': 'select',
    'public.rejection_revocations': 'select insert',
    'public.study_access': 'select update',
    'public.study_changes': 'select',
    'public.study_moves': 'select insert update delete',
    'public.told_studies': 'select',
    'public.webhook_dead_letters': 'select',
    'public.webhook_progress': 'select',
    'public.webhooks': 'select',
    'public.fixity_batches': 'select',
    'public.fixity_damage': 'select',
    'public.fixity_work': 'select update',
  },
};

const COLUMNS = `select table_schema || '.' || table_name as "table", array_agg(column_name::text) as columns
  from information_schema.columns join information_schema.tables using (table_schema, table_name)
  where table_schema in ('public', 'findable_1') and table_type = 'BASE TABLE' group by 1 order by 1`;

type Table = Readonly<{ table: string; columns: readonly string[] }>;

/** One statement of a kind is enough: a right to one column counts. */
const ATTEMPTS: Readonly<Record<string, (table: Table) => readonly string[]>> = {
  select: ({ table }) => [`select from ${table} limit 0`],
  insert: ({ table }) => [`insert into ${table} default values`],
  update: ({ table, columns }) =>
    columns.map((column) => `update ${table} set ${column} = default where false`),
  delete: ({ table }) => [`delete from ${table} where false`],
  truncate: ({ table }) => [`truncate ${table}`],
};

/** Whether the role got past the check of its rights, wherever the statement ended after that. */
async function isLetThrough(pool: Pool, statement: string): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    return await client.query(statement).then(
      () => true,
      (error: Error) => !error.message.startsWith('permission denied'),
    );
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function rightsOf(pool: Pool, tables: readonly Table[]): Promise<Record<string, string>> {
  const rights: Record<string, string> = {};
  for (const table of tables) {
    const held: string[] = [];
    for (const [right, statements] of Object.entries(ATTEMPTS))
      for (const statement of statements(table))
        if (!held.includes(right) && (await isLetThrough(pool, statement))) held.push(right);
    if (held.length > 0) rights[table.table] = held.join(' ');
  }
  return rights;
}

test.each(ROLES)('%s may do with each table what its row says, and no more', async (role) => {
  const { rows: tables } = await database.pool.query<Table>(COLUMNS);
  expect(tables.map(({ table }) => table)).toContain('public.schema_migrations');
  expect(await as(role, (pool) => rightsOf(pool, tables))).toEqual(RIGHTS[role]);
});

const FACTS = [
  'study-1 InstancesStored',
  'pack-1 PackLanded',
  'pack-1 PackSettled',
  'pack-1 PackRemoved',
  'intake-1 InstancesRefused',
  'intake-1 InstancesQuarantined',
  'intake-1 QuarantineResolved',
  'hospital-1 HospitalOnboarded',
  'hospital-1 HospitalSuspended',
  'access-1 TokensRevoked',
  'patient-1 PatientIdentified',
  'care-1 EncounterOpened',
  'policy-1 AccessPolicyPublished',
  'manifest-1 ManifestPublished',
  'webhook-1 WebhookSubscribed',
  'hold-1 HoldOpened',
  'hold-1 HoldConfirmed',
  'disposition-1 LegalHoldPlaced',
  'study InstancesStored',
  'a-study-1 InstancesStored',
  'Study-1 InstancesStored',
];
const GOVERNANCE = [
  'hospital-1 HospitalOnboarded',
  'hospital-1 HospitalSuspended',
  'access-1 TokensRevoked',
  'patient-1 PatientIdentified',
  'care-1 EncounterOpened',
  'policy-1 AccessPolicyPublished',
];
/** D17: which facts each role may append. */
const OWN_FACTS: Readonly<Record<Role, readonly string[]>> = {
  arkim_api: [...GOVERNANCE, 'webhook-1 WebhookSubscribed', 'hold-1 HoldOpened'],
  arkim_ingest: [
    'study-1 InstancesStored',
    'pack-1 PackLanded',
    'pack-1 PackSettled',
    'intake-1 InstancesRefused',
    'intake-1 InstancesQuarantined',
    'manifest-1 ManifestPublished',
  ],
  arkim_retention: ['pack-1 PackRemoved', 'hold-1 HoldConfirmed', 'disposition-1 LegalHoldPlaced'],
  arkim_operator: ['intake-1 QuarantineResolved', ...GOVERNANCE],
};
const REFUSED =
  /^(permission denied for table events|new row violates row-level security policy for table "events")$/;

/** Appends the fact as the programs do; resolves to whether the role was let. */
async function append(pool: Pool, fact: string): Promise<boolean> {
  const [stream = '', type = ''] = fact.split(' ');
  const events = [{ id: randomUUID(), type, schema: 1, data: {} }];
  const metadata = { actor: 'test', correlationId: '1', causationId: '1' };
  const expected = (await Array.fromAsync(postgresEventStore(database.pool).read(stream))).length;
  const appending = postgresEventStore(pool).append([{ stream, expected, events, metadata }]);
  return appending.then(
    ({ ok }) => ok,
    (error: Error) => {
      expect(error.message).toMatch(REFUSED);
      return false;
    },
  );
}

test.each(ROLES)('%s appends its own facts, and nobody else’s', async (role) => {
  const appended = await as(role, async (pool) => {
    const facts: string[] = [];
    for (const fact of FACTS) if (await append(pool, fact)) facts.push(fact);
    return facts;
  });
  expect(appended).toEqual(OWN_FACTS[role]);
});

test.each<[Role, readonly string[]]>([
  ['arkim_api', ['packs/landing/']],
  ['arkim_ingest', ['packs/landing/', 'packs/extract/']],
])('%s keeps packs in the database under %s only', async (role, own) => {
  const kept = await as(role, async (pool) => {
    const folders: string[] = [];
    for (const folder of ['packs/landing/', 'packs/extract/', 'packs/settled/']) {
      const keeping = pool.query(`insert into small_packs (key, body) values ($1, '')`, [
        `${folder}${randomUUID()}`,
      ]);
      if (await keeping.then(() => true, refusedByPolicy)) folders.push(folder);
    }
    return folders;
  });
  expect(kept).toEqual(own);
});

const refusedByPolicy = (error: Error): false => {
  expect(error.message).toBe('new row violates row-level security policy for table "small_packs"');
  return false;
};

describe('the log', () => {
  test.each(['update events set type = type', 'delete from events', 'truncate events'])(
    'not even the owner may %s',
    async (statement) => {
      await expect(database.pool.query(statement)).rejects.toThrow('events is append-only');
    },
  );
  test.each(['xid', 'recorded_at'])('nobody but the database says its %s', async (column) => {
    const values = `values ('study-x', 1, gen_random_uuid(), 'X', 1, '{}', '{}', default)`;
    const insert = `insert into events (stream, version, id, type, schema, data, metadata, ${column}) ${values}`;
    for (const role of ROLES)
      await expect(as(role, (pool) => pool.query(insert))).rejects.toThrow('permission denied');
  });
});

test('who accepts a request cannot write its receipt', async () => {
  const forged = `insert into ingest_jobs
    (id, hospital, actor, request_digest, packs, parts, part_count, byte_count, completed_at, receipt)
    values (gen_random_uuid(), 'HOSP-A', 'x', '\\x00', '[]', '[]', 1, 1, now(), '{}')`;
  for (const role of ['arkim_api', 'arkim_operator'])
    await expect(as(role, (pool) => pool.query(forged))).rejects.toThrow('permission denied');
});

test('only the operator sends a job into the lane for imports, and nobody moves one there', async () => {
  const job = `insert into ingest_jobs
    (id, hospital, actor, request_digest, packs, parts, part_count, byte_count, lane)
    values (gen_random_uuid(), 'HOSP-A', 'x', '\\x01', '[]', '[]', 1, 1, 'import')`;
  for (const role of ['arkim_api', 'arkim_ingest', 'arkim_retention'])
    await expect(as(role, (pool) => pool.query(job))).rejects.toThrow('permission denied');
  expect(await as('arkim_operator', (pool) => pool.query(job))).toMatchObject({ rowCount: 1 });
  for (const role of ROLES)
    await expect(
      as(role, (pool) => pool.query(`update ingest_jobs set lane = 'store'`)),
    ).rejects.toThrow('permission denied');
});

/* Each version of PostgreSQL has its own words for it. */
const REFUSED_RIGHT = '42501';

test.each([
  ['reset role', undefined],
  ['set role none', undefined],
  ['reset session authorization', undefined],
  ['set role arkim', REFUSED_RIGHT],
  ['set role arkim_ingest', REFUSED_RIGHT],
  ['set session authorization arkim', REFUSED_RIGHT],
  ['alter role arkim_api superuser', REFUSED_RIGHT],
  ['grant arkim_ingest to arkim_api', REFUSED_RIGHT],
  ['alter table events disable row level security', REFUSED_RIGHT],
  ['create schema mine', REFUSED_RIGHT],
  ['create table public.mine ()', REFUSED_RIGHT],
  [`select grant_findable('findable_1')`, REFUSED_RIGHT],
  [`copy hospitals from program 'true'`, REFUSED_RIGHT],
  [`select pg_read_file('PG_VERSION')`, REFUSED_RIGHT],
])('a program stays who it is: %s', async (statement, refusal) => {
  const who = await as('arkim_api', async (pool) => {
    const client = await pool.connect();
    const refused = await client.query(statement).then(
      () => undefined,
      ({ code }: DatabaseError) => code,
    );
    const { rows } = await client.query('select current_user as now, session_user as login');
    client.release();
    return { ...rows[0], refused };
  });
  expect(who).toEqual({ now: 'arkim_api', login: 'arkim_api', refused: refusal });
});
