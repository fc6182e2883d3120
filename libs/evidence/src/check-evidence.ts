import type { X509Certificate } from 'node:crypto';
import { eventLeaf, type ProvenEvent } from './event-leaf.js';
import type { EventProof, EvidenceLine } from './evidence-lines.js';
import { type CheckedChain, checkStamps } from './evidence-record.js';
import { headDigest, headDocument, type SealedLog } from './log-head.js';
import { isIncluded } from './merkle-proofs.js';
import { archiveStamp } from './seal-stamp.js';
import { studyRoot } from './study-root.js';

/** Something that isn't proven; `what` names the event by its stream and version, the instance by its digest, or the seal. */
export type EvidenceFinding = Readonly<{ what: string; fault: string }>;

/** What an export was found to prove. `provenSince`: when an authority that is believed had seen the seal; undefined: none had. */
export type EvidenceVerdict = Readonly<{
  claim: string | undefined;
  events: number;
  /** Of these, events that were too young for the seal. */
  unsealed: number;
  instances: number;
  root: string | undefined;
  keyDestroyed: boolean;
  seal: string | undefined;
  provenSince: string | undefined;
  findings: readonly EvidenceFinding[];
}>;

const FINDINGS_MAX = 1_000;

type Head = Extract<EvidenceLine, { evidence: unknown }>['evidence'];

/** Checks an export with no archive beside it, line by line. */
export async function checkEvidence(
  lines: AsyncIterable<string>,
  trusted: readonly X509Certificate[],
): Promise<EvidenceVerdict> {
  const checking = openChecking(trusted);
  for await (const text of lines) if (text !== '') takeText(checking, text);
  return checking.end();
}

function takeText({ take, tell }: ReturnType<typeof openChecking>, text: string): void {
  try {
    take(readLine(text));
  } catch (error) {
    /* A line that is JSON, but has not the parts that it should. */
    if (!(error instanceof TypeError)) throw error;
    tell('a line', 'unreadable');
  }
}

function readLine(text: string): EvidenceLine | undefined {
  try {
    return JSON.parse(text) as EvidenceLine;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function openChecking(trusted: readonly X509Certificate[]) {
  const findings: EvidenceFinding[] = [];
  const tell = (what: string, fault: string) => {
    if (findings.length < FINDINGS_MAX) findings.push({ what, fault });
  };
  const streams = new Map<string, number>();
  const kept = new Set<string>();
  const counts = { events: 0, unsealed: 0 };
  let head: Head | undefined;
  let chain: CheckedChain | undefined;
  let last: Extract<EvidenceLine, { instances: unknown }> | undefined;
  const takeEvent = (event: ProvenEvent, proof: EventProof | null) => {
    const what = `event ${event.stream}/${event.version}`;
    counts.events++;
    if (event.version !== (streams.get(event.stream) ?? 0) + 1) tell(what, 'out of its order');
    streams.set(event.stream, event.version);
    if (proof === null) counts.unsealed++;
    else if (head === undefined || !isProven(event, proof, head.seal)) tell(what, 'changed');
    for (const digest of digestsOf(event)) kept.add(digest);
  };
  const take = (line: EvidenceLine | undefined) => {
    if (line === undefined) return tell('a line', 'unreadable');
    if ('evidence' in line && head === undefined) {
      chain = checkHead(line.evidence, trusted, tell);
      head = line.evidence;
    } else if ('event' in line) takeEvent(line.event, line.proof);
    else if ('instances' in line && last === undefined) {
      checkInstances(line, kept, tell);
      last = line;
    } else tell('a line', 'unreadable');
  };
  const end = (): EvidenceVerdict => {
    if (head === undefined) tell('the seal', 'missing');
    if (head !== undefined && !streams.has(`study-${head.claim}`)) tell('the study', 'missing');
    if (last === undefined) tell('the instances', 'missing');
    return {
      ...counts,
      claim: head?.claim,
      instances: last?.instances.length ?? 0,
      root: last?.root,
      keyDestroyed: last?.key === 'destroyed',
      seal: head?.seal.digest,
      provenSince: chain?.ok ? chain.first : undefined,
      findings,
    };
  };
  return { take, tell, end };
}

type Tell = (what: string, fault: string) => void;

function checkHead(
  { seal, stamps }: Head,
  trusted: readonly X509Certificate[],
  tell: Tell,
): CheckedChain {
  if (headDigest(seal) !== seal.digest) tell('the seal', 'changed');
  const chain = checkStamps(headDocument(seal), stamps.map(archiveStamp), trusted);
  if (!chain.ok && chain.fault !== 'none') tell(`time-stamp ${chain.order}`, chain.fault);
  return chain;
}

const isProven = (event: ProvenEvent, { index, path }: EventProof, seal: SealedLog): boolean =>
  isIncluded({
    index,
    size: seal.size,
    leaf: eventLeaf(event),
    path: path.map((hash) => Buffer.from(hash, 'hex')),
    root: Buffer.from(seal.root, 'hex'),
  });

/** What a fact of a pack says is in it. */
function digestsOf({ type, data }: ProvenEvent): readonly string[] {
  if (type !== 'PackLanded' && type !== 'PackSettled') return [];
  const { entries } = data as unknown as Readonly<{ entries: readonly { sha256: string }[] }>;
  return entries.map(({ sha256 }) => sha256);
}

function checkInstances(
  { instances, root }: Extract<EvidenceLine, { instances: unknown }>,
  kept: ReadonlySet<string>,
  tell: Tell,
): void {
  if (studyRoot(instances) !== root) tell('the root of the study', 'changed');
  for (const digest of instances)
    if (!kept.has(digest)) tell(`instance ${digest}`, 'in no pack that the study names');
}
