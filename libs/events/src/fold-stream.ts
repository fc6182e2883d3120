import type { Decider } from './decider.js';
import type { Event } from './event.js';
import { type Ledger, readOpened } from './ledger.js';
import { openSnapshot, type SnapshotRule, sealSnapshot } from './snapshot.js';

/** A stream and the id of the key that seals it; without one it has neither personal parts nor snapshots. */
export type Subject = Readonly<{ stream: string; keyId?: string }>;
/** A state and the version that it holds at; 0 when the stream does not exist. */
export type Folded<S> = Readonly<{ state: S; version: number }>;
/** The reading half of a decider. */
export type Fold<S, E extends Event> = Pick<Decider<S, never, E, never>, 'initial' | 'evolve'>;

/** Reads the stream, after its snapshot when there is a rule and one is there, and saves a new one when it is due. */
export async function foldStream<S, E extends Event>(
  ledger: Ledger,
  subject: Subject,
  fold: Fold<S, E>,
  rule?: SnapshotRule<S>,
): Promise<Folded<S>> {
  const start = rule && (await remembered(ledger, subject, rule));
  let { state, version } = start ?? { state: fold.initial, version: 0 };
  for await (const { event, recorded } of readOpened<E>(ledger, subject.stream, version)) {
    state = fold.evolve(state, event);
    version = recorded.version;
  }
  if (rule && version - (start?.version ?? 0) >= rule.everyEvents)
    await remember(ledger, subject, rule, { state, version });
  return { state, version };
}

async function remembered<S>(
  { snapshots, keys }: Ledger,
  { stream }: Subject,
  rule: SnapshotRule<S>,
): Promise<Folded<S> | undefined> {
  const snapshot = (await snapshots?.find(rule, [stream]))?.get(stream);
  if (!snapshot) return undefined;
  const { keyId } = snapshot.sealed;
  const key = (await keys.find([keyId])).get(keyId);
  if (key === undefined || key === 'destroyed') return undefined;
  return { state: openSnapshot(snapshot, key, rule), version: snapshot.version };
}

async function remember<S>(
  { snapshots, keys, random }: Ledger,
  { stream, keyId }: Subject,
  rule: SnapshotRule<S>,
  { state, version }: Folded<S>,
): Promise<void> {
  if (!snapshots || keyId === undefined) return;
  const key = (await keys.find([keyId])).get(keyId);
  if (key === undefined || key === 'destroyed') return;
  await snapshots.save([sealSnapshot({ stream, version, state }, key, rule, random)]);
}
