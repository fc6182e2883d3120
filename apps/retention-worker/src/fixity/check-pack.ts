import { DAMAGED_CONTENTS_MAX } from '#archive/fixity-events';
import type { Log } from '#events/log';
import type { Findable } from '#index/findable';
import type { FixityLedger } from '#index/fixity';
import type { ObjectStore } from '#storage/object-store';
import type { PackKind } from '#storage/pack';
import { type NamedEntry, type NamedVerdict, verifyNamed } from '#storage/verify-named';
import { type Owner, packFacts } from './pack-facts.js';

/** What reading packs again works with. `heal`: brings a pack back from a second copy; false when there is no sound one. */
export type CheckPorts = Readonly<{
  log: Pick<Log, 'read'>;
  findable: Pick<Findable, 'rows'>;
  store: ObjectStore;
  ledger: Pick<FixityLedger, 'tellDamage' | 'tellHealed' | 'damagedOf'>;
  heal?: Heal | undefined;
}>;

export type Heal = (key: string, entries: readonly NamedEntry[]) => Promise<boolean>;

export type ListedPack = Readonly<{ pack: string; key: string; kind: PackKind }>;

/** `removed`: its removal is a fact; nothing was read. `harmed`: how many studies it is told damaged for. */
export type PackChecked = Readonly<{
  outcome: 'sound' | 'removed' | 'damaged' | 'healed';
  bytes: number;
  harmed: number;
}>;

/** Reads one pack again, holds it against its facts, and tells each study that it harms, or that it harms no longer. */
export async function checkPack(
  ports: CheckPorts,
  listed: ListedPack,
  signal: AbortSignal,
): Promise<PackChecked> {
  const { log, store, heal } = ports;
  const before = await packFacts(log, listed.pack);
  if (before.isRemoved) return { outcome: 'removed', bytes: 0, harmed: 0 };
  const verdict = await verifyNamed(store, listed.key, before.entries, signal);
  const { bytes } = verdict;
  if (verdict.damage === undefined) {
    await tellSound(ports, listed.pack, 'read-again');
    return { outcome: 'sound', bytes, harmed: 0 };
  }
  const facts = await packFacts(log, listed.pack);
  if (facts.isRemoved) return { outcome: 'removed', bytes, harmed: 0 };
  const harmed = await tellDamage(ports, listed, { verdict, owner: facts.owner });
  if (!(await heal?.(listed.key, facts.entries))) return { outcome: 'damaged', bytes, harmed };
  await tellSound(ports, listed.pack, 'second-copy');
  return { outcome: 'healed', bytes, harmed };
}

async function tellSound(
  { ledger }: CheckPorts,
  pack: string,
  by: 'second-copy' | 'read-again',
): Promise<void> {
  for (const claim of await ledger.damagedOf(pack)) await ledger.tellHealed({ claim, pack, by });
}

type Found = Readonly<{ verdict: NamedVerdict; owner: Owner | undefined }>;

async function tellDamage(
  { ledger, findable }: CheckPorts,
  listed: ListedPack,
  { verdict: { damage, contents }, owner }: Found,
): Promise<number> {
  if (damage === undefined) return 0;
  const digests = contents.map(({ sha256 }) => sha256);
  const owners = owner ? [owner] : await ownersOf(findable, listed.pack, digests);
  for (const { claim, hospital } of owners)
    await ledger.tellDamage({
      ...{ claim, hospital, ...listed, damage },
      count: contents.length,
      contents: contents.slice(0, DAMAGED_CONTENTS_MAX),
    });
  return owners.length;
}

/** Studies whose series name any of this content in the pack; all that name the pack where no content is known to be damaged. */
async function ownersOf(
  findable: CheckPorts['findable'],
  pack: string,
  digests: readonly string[],
): Promise<readonly Owner[]> {
  const rows = await findable.rows({
    text: `select distinct g.claim, s.hospital from {schema}.segments g join {schema}.studies s using (claim)
      where g.packs @> array[$1] and ($2::text[] = '{}' or exists (
        select from unnest($2::text[]) as d (sha256) where strpos(g.facts, d.sha256) > 0 or strpos(g.extract, d.sha256) > 0))
      order by g.claim`,
    values: [pack, digests],
  });
  return rows.map((row) => ({ claim: String(row['claim']), hospital: String(row['hospital']) }));
}
