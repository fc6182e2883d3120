import {
  dayDigest,
  dayRoot,
  type ProvenRecord,
  recordLeaf,
  rootOf,
  type Seal,
  type SealedDay,
  sealDigest,
} from './audit-chain.js';

/** Something that isn't as it was sealed; `what` names the record, the seal or the day. */
export type AuditFinding = Readonly<{
  what: string;
  fault: 'changed' | 'removed' | 'inserted' | 'reordered' | 'unchained' | 'unreadable';
}>;

/** What an export was found to hold. The last digests say which chain it was: hold them against what was noted elsewhere. */
export type AuditVerdict = Readonly<{
  records: number;
  seals: number;
  days: number;
  lastSeal: string | undefined;
  lastDay: string | undefined;
  findings: readonly AuditFinding[];
}>;

/** Findings that are told. */
const FINDINGS_MAX = 1_000;

type Line = Readonly<{
  audit?: Readonly<{ firstSeal: number; lastSeal: number }>;
  seal?: Seal;
  record?: ProvenRecord;
  day?: SealedDay;
}>;

/** Follows the chain of an export, line by line; holds one batch of records at a time. */
export async function verifyExport(lines: AsyncIterable<string>): Promise<AuditVerdict> {
  const chain = openChain();
  for await (const text of lines) if (text !== '') chain.take(readLine(text));
  return chain.end();
}

function readLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function openChain() {
  const findings: AuditFinding[] = [];
  const tell = (what: string, fault: AuditFinding['fault']) => {
    if (findings.length < FINDINGS_MAX) findings.push({ what, fault });
  };
  const counts = { records: 0, seals: 0, days: 0 };
  let bounds: Line['audit'];
  let batch: Readonly<{ seal: Seal; records: ProvenRecord[] }> | undefined;
  let lastDay: SealedDay | undefined;
  const digests = new Map<number, string>();
  const closeBatch = () => {
    if (batch !== undefined) checkBatch(batch.seal, batch.records, tell);
  };
  const takeSeal = (seal: Seal) => {
    closeBatch();
    checkSeal(seal, batch?.seal, tell);
    if (batch === undefined && bounds !== undefined && seal.number !== bounds.firstSeal)
      tell(`seal ${bounds.firstSeal}`, 'removed');
    batch = { seal, records: [] };
    digests.set(seal.number, seal.digest);
    counts.seals++;
  };
  const takeRecord = (record: ProvenRecord) => {
    counts.records++;
    if (batch === undefined) tell(`record ${record.id}`, 'inserted');
    else batch.records.push(record);
  };
  const takeDay = (day: SealedDay) => {
    checkDay(day, lastDay, digests, tell);
    for (const number of digests.keys()) if (number <= day.lastSeal) digests.delete(number);
    lastDay = day;
    counts.days++;
  };
  return {
    take: (line: Line | undefined) => {
      if (line?.seal) takeSeal(line.seal);
      else if (line?.record) takeRecord(line.record);
      else if (line?.day) takeDay(line.day);
      else if (line?.audit) bounds = line.audit;
      else tell('a line', 'unreadable');
    },
    end: (): AuditVerdict => {
      closeBatch();
      if (bounds !== undefined && (batch?.seal.number ?? 0) !== bounds.lastSeal)
        tell(`seal ${bounds.lastSeal}`, 'removed');
      return { ...counts, lastSeal: batch?.seal.digest, lastDay: lastDay?.digest, findings };
    },
  };
}

type Tell = (what: string, fault: AuditFinding['fault']) => void;

function checkSeal(seal: Seal, before: Seal | undefined, tell: Tell): void {
  const what = `seal ${seal.number}`;
  if (sealDigest(seal) !== seal.digest) tell(what, 'changed');
  if (rootOf(seal.leaves) !== seal.root || seal.leaves.length !== seal.count) tell(what, 'changed');
  if (before === undefined) return;
  for (let number = before.number + 1; number < seal.number; number++)
    tell(`seal ${number}`, 'removed');
  if (seal.number <= before.number) tell(what, 'reordered');
  else if (seal.number === before.number + 1 && seal.previous !== before.digest)
    tell(what, 'unchained');
}

function checkBatch(seal: Seal, records: readonly ProvenRecord[], tell: Tell): void {
  const places = new Map(seal.ids.map((id, index) => [id, index]));
  let before = -1;
  for (const record of records) {
    const what = `record ${record.id}`;
    const place = places.get(record.id);
    if (place === undefined) {
      tell(what, 'inserted');
      continue;
    }
    places.delete(record.id);
    if (recordLeaf(record) !== seal.leaves[place]) tell(what, 'changed');
    if (place < before) tell(what, 'reordered');
    before = Math.max(before, place);
  }
  for (const id of places.keys()) tell(`record ${id}`, 'removed');
}

function checkDay(
  day: SealedDay,
  before: SealedDay | undefined,
  digests: ReadonlyMap<number, string>,
  tell: Tell,
): void {
  const what = `day ${day.day}`;
  if (dayDigest(day) !== day.digest) tell(what, 'changed');
  const seals = Array.from({ length: Math.max(0, day.lastSeal - day.firstSeal + 1) }, (_, index) =>
    digests.get(day.firstSeal + index),
  );
  const known = seals.filter((digest) => digest !== undefined);
  if (known.length < seals.length) tell(what, 'unchained');
  else if (dayRoot(known) !== day.root) tell(what, 'changed');
  if (before !== undefined && (day.previous !== before.digest || day.number !== before.number + 1))
    tell(what, 'unchained');
}
