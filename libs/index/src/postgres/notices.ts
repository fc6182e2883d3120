import type { PoolClient } from 'pg';
import { uuid5 } from '#events/uuid5';
import type { OpenedFact } from './replay-table.js';

/* Namespace of the ids of notices: the same fact told twice is one notice. */
const NAMESPACE = '0d9a6a52-6a0e-4c51-9a54-0c2f4f4f1b7e';
const AUDIENCES = ['patient', 'dpo'] as const;

/** Puts what has to be told into the outbox, in the transaction of the fact; what was put there before stays as it is. */
export async function writeNotices(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  const rows = facts.flatMap(noticesOf);
  if (rows.length === 0) return;
  await client.query(
    `insert into notices (id, kind, audience, subject, patient, organisation, created_at)
     select id, kind, audience, subject, patient, organisation, created_at
     from json_populate_recordset(null::notices, $1) on conflict (id) do nothing`,
    [JSON.stringify(rows)],
  );
}

const noticesOf = ({ event, recorded }: OpenedFact) => {
  if (event.type !== 'BreakGlassOpened') return [];
  const { patient, breakGlass: subject, organisation } = event.data;
  return AUDIENCES.map((audience) => ({
    id: uuid5(NAMESPACE, `${audience}/${subject}`),
    kind: 'break-glass',
    audience,
    subject,
    patient,
    organisation,
    created_at: recorded.recordedAt,
  }));
};
