import type { AccessPersonal } from '#archive/access/access-facts';
import { NONCE_BYTES, openContent, sealContent } from '#events/content-seal';
import type { KeyRing, KeyState, Random, SealingKey } from '#events/key-ring';

/** The key of what was recorded in a month, by the database's or the edge's clock: either opens it, the record names it. */
export const auditKeyOf = (wallMs: number): string =>
  `audit-${new Date(wallMs).toISOString().slice(0, 'YYYY-MM'.length)}`;

/** Seals what names a person; it opens only with the same id. */
export const sealAudit = (
  { secret }: SealingKey,
  id: string,
  personal: AccessPersonal,
  random: Random,
): Buffer =>
  sealContent(secret, labelOf(id), Buffer.from(JSON.stringify(personal)), random(NONCE_BYTES));

/** A sealed part and what it was sealed with. */
export type SealedPersonal = Readonly<{ id: string; sealedKey: string; sealed: Uint8Array }>;

/** What `sealAudit` sealed; undefined when its key is destroyed. Throws SealBroken when it isn't what was sealed. */
export function openAudit(
  keys: ReadonlyMap<string, KeyState>,
  { id, sealedKey, sealed }: SealedPersonal,
): AccessPersonal | undefined {
  const key = keys.get(sealedKey);
  if (key === undefined || key === 'destroyed') return undefined;
  return JSON.parse(openContent(key.secret, labelOf(id), sealed).toString()) as AccessPersonal;
}

/** The keys that these were sealed with. */
export const keysOf = (
  keys: Pick<KeyRing, 'find'>,
  records: readonly Pick<SealedPersonal, 'sealedKey'>[],
): Promise<ReadonlyMap<string, KeyState>> =>
  keys.find([...new Set(records.map(({ sealedKey }) => sealedKey))]);

const labelOf = (id: string) => `audit-record:${id}`;
