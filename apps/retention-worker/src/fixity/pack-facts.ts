import { packStream } from '#archive/catalogue';
import type { Log } from '#events/log';
import type { NamedEntry } from '#storage/verify-named';

/** What the stream of a pack says. `owner`: of a settled pack. */
export type PackFacts = Readonly<{
  entries: readonly NamedEntry[];
  owner: Owner | undefined;
  isRemoved: boolean;
}>;
/** A study and the hospital that has it. */
export type Owner = Readonly<{ claim: string; hospital: string }>;

/** The log itself is asked, never a projection: what a table says may have been changed with the bytes. */
export async function packFacts(log: Pick<Log, 'read'>, pack: string): Promise<PackFacts> {
  const entries: NamedEntry[] = [];
  let owner: Owner | undefined;
  let isRemoved = false;
  for await (const { type, data } of log.read(packStream(pack))) {
    isRemoved = type === 'PackRemoved';
    if (type !== 'PackLanded' && type !== 'PackSettled') continue;
    const said = data as Partial<Owner> & Readonly<{ entries: readonly NamedEntry[] }>;
    entries.push(...said.entries);
    const { claim, hospital } = said;
    if (claim !== undefined && hospital !== undefined) owner = { claim, hospital };
  }
  return { entries, owner, isRemoved };
}
