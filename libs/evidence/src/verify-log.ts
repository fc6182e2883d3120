import type { Checkpoint, Recorded } from '#events/event';
import { type EventStore, PAGE_EVENTS_MAX } from '#events/event-store';
import { NOTHING_BEFORE, type SealedDay } from './audit-chain.js';
import { eventLeaf, provenEvent } from './event-leaf.js';
import { type LeafCursor, type LeafRow, leafCursor } from './leaf-cursor.js';
import { headDigest, type SealedLog } from './log-head.js';

/** Something that isn't as it was sealed; `what` names the event by its stream and version, or the day. */
export type LogFinding = Readonly<{
  what: string;
  fault: 'changed' | 'removed' | 'inserted' | 'reordered' | 'back-dated' | 'unchained';
}>;

export type LogVerdict = Readonly<{
  events: number;
  /** Of these, events that no seal covers yet. */
  unsealed: number;
  seals: number;
  lastSeal: string | undefined;
  findings: readonly LogFinding[];
}>;

/** The log, and what the sealer kept of it. `seals`: all of them, in their order. */
export type VerifyPorts = Readonly<{
  log: Pick<EventStore, 'read' | 'after'>;
  leaves: (from: number, limit: number) => Promise<readonly LeafRow[]>;
  indexOf: (event: string) => Promise<number | undefined>;
  seals: readonly SealedLog[];
  /** Digests of the days of access records, by their day. */
  auditDays: ReadonlyMap<string, string>;
}>;

/** Findings that are told. */
const FINDINGS_MAX = 1_000;
/** A transaction that began before a seal may commit behind it; none runs as long. */
const BACK_DATED_MS = 3_600_000;

type Tell = (what: string, fault: LogFinding['fault']) => void;

/** Reads the whole log and holds every event against the tree that was made of it, and the tree against the seals. */
export async function verifyLog(ports: VerifyPorts): Promise<LogVerdict> {
  const findings: LogFinding[] = [];
  const tell: Tell = (what, fault) => {
    if (findings.length < FINDINGS_MAX) findings.push({ what, fault });
  };
  const { seals } = ports;
  checkChain(seals, tell);
  const bySize = new Map(seals.map((seal) => [seal.size, seal]));
  const cursor = leafCursor(ports.leaves, (size, root) => {
    const seal = bySize.get(size);
    if (seal !== undefined && seal.root !== root()) tell(`day ${seal.day}`, 'changed');
  });
  let events = 0;
  for await (const event of eventsOf(ports.log)) {
    events++;
    await checkEvent(event, { ports, cursor, tell });
  }
  for (let row = await cursor.peek(); row !== undefined; row = await cursor.next())
    tell(placeOf(row), 'removed');
  const last = seals.at(-1);
  const unsealed = events - (last?.size ?? 0);
  return { events, unsealed, seals: seals.length, lastSeal: last?.digest, findings };
}

function checkChain(seals: readonly SealedLog[], tell: Tell): void {
  let before: SealedLog | undefined;
  for (const seal of seals) {
    const what = `day ${seal.day}`;
    if (headDigest(seal) !== seal.digest) tell(what, 'changed');
    const follows = seal.number === (before?.number ?? 0) + 1;
    const grows = seal.size >= (before?.size ?? 0);
    if (!follows || !grows || seal.previous !== (before?.digest ?? NOTHING_BEFORE))
      tell(what, 'unchained');
    before = seal;
  }
}

type Checking = Readonly<{ ports: VerifyPorts; cursor: LeafCursor; tell: Tell }>;

async function checkEvent(event: Recorded, { ports, cursor, tell }: Checking): Promise<void> {
  const what = placeOf(event);
  let row = await cursor.peek();
  while (row !== undefined && row.event !== event.id) {
    const at = await ports.indexOf(event.id);
    if (at === undefined) return tell(what, 'inserted');
    if (at < row.index || (await isThere(ports, row))) {
      cursor.pass(at);
      return tell(what, 'reordered');
    }
    tell(placeOf(row), 'removed');
    row = await cursor.next();
  }
  if (isBackDated(event, row?.index ?? cursor.size(), ports.seals)) tell(what, 'back-dated');
  if (row === undefined) return;
  if (eventLeaf(provenEvent(event)).toString('hex') !== row.leaf) tell(what, 'changed');
  else checkSealed(event, ports, tell);
  await cursor.next();
}

async function isThere({ log }: VerifyPorts, { stream, version, event }: LeafRow) {
  for await (const { id } of log.read(stream, version - 1)) return id === event;
  return false;
}

function isBackDated(
  { recordedAt }: Recorded,
  index: number,
  seals: readonly SealedLog[],
): boolean {
  const before = seals.findLast(({ size }) => size <= index);
  return (
    before !== undefined && Date.parse(recordedAt) < Date.parse(before.sealedAt) - BACK_DATED_MS
  );
}

/** A seal that the log tells must be the one that is kept, be it of the log or of access records. */
function checkSealed({ type, data }: Recorded, { seals, auditDays }: VerifyPorts, tell: Tell) {
  if (type !== 'LogSealed' && type !== 'DaySealed') return;
  const sealed = data as SealedLog | SealedDay;
  const isOfLog = type === 'LogSealed';
  const kept = isOfLog ? digestOf(seals, sealed) : auditDays.get(sealed.day);
  if (kept === sealed.digest) return;
  const what = isOfLog ? `day ${sealed.day}` : `day ${sealed.day} of access records`;
  tell(what, kept === undefined ? 'removed' : 'changed');
}

const digestOf = (seals: readonly SealedLog[], { day }: Readonly<{ day: string }>) =>
  seals.find((each) => each.day === day)?.digest;

const placeOf = ({ stream, version }: Readonly<{ stream: string; version: number }>): string =>
  `event ${stream}/${version}`;

async function* eventsOf(log: Pick<EventStore, 'after'>): AsyncGenerator<Recorded, void> {
  let checkpoint: Checkpoint | undefined;
  for (;;) {
    const page = await log.after(checkpoint, PAGE_EVENTS_MAX);
    if (page.length === 0) return;
    yield* page;
    checkpoint = page.at(-1)?.checkpoint;
  }
}
