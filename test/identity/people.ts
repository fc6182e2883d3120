import { randomBytes, randomUUID } from 'node:crypto';
import { archiveUpcasters } from '#archive/upcasters';
import { postgresLog } from '#events/postgres/postgres-log';
import type { Said } from '#index/identity-desk';
import type { IdentityPorts } from '#index/postgres/identity-commands';
import type { ArchiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

/** What commands about identity work with, over an archive; the log is the archive's own. */
export const identityPorts = ({ pool, log, logPlan, ingest }: ArchiveCore): IdentityPorts => ({
  pool,
  logWithin: (client) => (logPlan === undefined ? postgresLog(client) : log),
  ledger: { keys: ingest.keys, upcasters: archiveUpcasters, random: randomBytes },
  ids: ingest.ids,
});

/** One thing that is said, of a new id. */
export const said = (id: string = randomUUID(), source = 'HOSP-A', reason = 'test'): Said => ({
  id,
  source,
  reason,
  metadata: { actor: 'test', correlationId: id, causationId: id },
});

/** An instance of study `1.2.<study>` of a patient. */
export const sliceOf = (
  study: number,
  patientId: string,
  { instance = 1, issuer, oid, name }: Stated = {},
): Buffer => {
  const uids = {
    study: `1.2.${study}`,
    series: `1.2.${study}.1`,
    instance: `1.2.${study}.1.${instance}`,
  };
  return part10(
    ctSlice(uids, {
      '00100020': ['LO', patientId],
      '00200013': ['IS', String(instance)],
      ...(issuer !== undefined && { '00100021': ['LO', issuer] }),
      ...(name !== undefined && { '00100010': ['PN', name] }),
      ...(oid !== undefined && { '00100024': ['SQ', qualifiers(oid)] }),
    }),
  );
};

type Stated = Readonly<{ instance?: number; issuer?: string; oid?: string; name?: string }>;

/** Issuer of Patient ID Qualifiers Sequence (0010,0024): one item with an ISO universal id. */
const qualifiers = (oid: string): Buffer => {
  const id = Buffer.from(oid.padEnd(oid.length + (oid.length % 2), ' '));
  const head = Buffer.from([0x40, 0, 0x32, 0, 0x55, 0x54, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(id.length, 8);
  const type = Buffer.from([0x40, 0, 0x33, 0, 0x43, 0x53, 4, 0, ...Buffer.from('ISO ')]);
  const item = Buffer.concat([head, id, type]);
  const itemHead = Buffer.from([0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0]);
  itemHead.writeUInt32LE(item.length, 4);
  return Buffer.concat([itemHead, item]);
};
