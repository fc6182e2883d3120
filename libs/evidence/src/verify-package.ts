import { createHash, createPublicKey, verify, type X509Certificate } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { eventLeaf } from './event-leaf.js';
import { checkStamps } from './evidence-record.js';
import { headDigest, headDocument } from './log-head.js';
import { leafHash } from './merkle.js';
import { merkleFrontier } from './merkle-frontier.js';
import { isIncluded } from './merkle-proofs.js';
import {
  ABOUT_FILE,
  END_FILE,
  type PackageEnd,
  type PackedFile,
  type PackedProof,
  type PackedSeal,
  SIGNATURE_FILE,
} from './package-format.js';
import { findingsOfStudy, type PackageFinding } from './package-study.js';
import { openStudyFiles } from './package-study-files.js';
import { archiveStamp } from './seal-stamp.js';
import { readTar } from './tar.js';

/** What is believed: the archive's public key (PEM), undefined for the one that the package names, and certificates of time-stamping authorities. */
export type PackageTrust = Readonly<{
  publicKey: string | undefined;
  authorities: readonly X509Certificate[];
}>;

/** A study as it was found. `provenBy`: when an authority that is believed had seen what proves most of it; undefined: none had. */
export type StudyVerdict = Readonly<{
  claim: string;
  state: 'held' | 'destroyed';
  objects: number;
  isSound: boolean;
  events: number;
  proven: number;
  stampedAt: string | undefined;
}>;

export type PackageVerdict = Readonly<{
  studies: readonly StudyVerdict[];
  findings: readonly PackageFinding[];
  /** SHA-256 of the key that signed it, in hex; undefined: it isn't signed. */
  keyId: string | undefined;
}>;

const FINDINGS_MAX = 1_000;
const TEXT_BYTES_MAX = 64 * 1024 * 1024;

/** Checks a package with no archive beside it, file by file: holds the lists of one study at a time. Throws when it is no tar archive or breaks off. */
export async function verifyPackage(
  chunks: AsyncIterable<Buffer>,
  trust: PackageTrust,
): Promise<PackageVerdict> {
  const checking = openChecking(trust);
  for await (const { path, body } of readTar(chunks)) {
    const { file, text } = await readFile(path, body);
    checking.take(file, text);
  }
  return checking.end();
}

async function readFile(path: string, body: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    bytes += chunk.length;
    if (!path.startsWith('objects/') && bytes <= TEXT_BYTES_MAX) parts.push(Buffer.from(chunk));
  }
  const file: PackedFile = { path, bytes, sha256: hash.digest('hex') };
  return { file, text: Buffer.concat(parts) };
}

/** A proof with the hash of the event as it was read; undefined: there is no such event. */
type LeafProof = PackedProof & Readonly<{ leaf: Buffer | undefined }>;
type Checked = Omit<StudyVerdict, 'stampedAt'> & Readonly<{ days: readonly string[] }>;

function openChecking(trust: PackageTrust) {
  const findings: PackageFinding[] = [];
  const tell = (finding: PackageFinding) => {
    if (findings.length < FINDINGS_MAX) findings.push(finding);
  };
  const tree = merkleFrontier();
  const files = openStudyFiles();
  const studies: Checked[] = [];
  const proofs: LeafProof[] = [];
  const seals = new Map<string, PackedSeal>();
  const closing: { end?: Buffer; signature?: string } = {};
  const endStudy = (text: Buffer) => {
    const { read, leftOver } = files.end(text);
    const found = [...leftOver, ...findingsOfStudy(read)];
    const leaves = new Map(read.events.map((event) => [event.id, eventLeaf(event)]));
    for (const proof of read.proofs) proofs.push({ ...proof, leaf: leaves.get(proof.event) });
    found.forEach(tell);
    const { claim, state, objects } = read.study;
    const days = [...new Set(read.proofs.map(({ day }) => day))];
    const counts = { events: read.events.length, proven: read.proofs.length };
    studies.push({ claim, state, objects, isSound: found.length === 0, ...counts, days });
  };
  const takeAny = (file: PackedFile, text: Buffer) => {
    if (file.path.endsWith('/study.json')) endStudy(text);
    else if (file.path.startsWith('seals/')) takeSeal(seals, text);
    else if (file.path !== ABOUT_FILE) files.take(file, text);
  };
  const take = (file: PackedFile, text: Buffer) => {
    if (file.path === SIGNATURE_FILE) closing.signature = text.toString();
    else if (file.path === END_FILE) closing.end = text;
    else {
      tree.add(leafHash(canonicalJson(file)));
      takeAny(file, text);
    }
  };
  const end = (): PackageVerdict => {
    files.rest().forEach(tell);
    const stamps = checkSeals(seals, proofs, trust, tell);
    const signed = { files: tree.size(), root: tree.size() > 0 ? tree.root().toString('hex') : '' };
    const keyId = checkEnd(closing, { ...signed, studies: studies.length }, trust, tell);
    return {
      studies: studies.map(({ days, ...study }) => ({ ...study, stampedAt: newest(days, stamps) })),
      findings,
      keyId,
    };
  };
  return { take, end };
}

const takeSeal = (seals: Map<string, PackedSeal>, text: Buffer): void => {
  const seal = JSON.parse(text.toString()) as PackedSeal;
  seals.set(seal.seal.day, seal);
};

const newest = (days: readonly string[], stamps: ReadonlyMap<string, string>) =>
  days
    .flatMap((day) => stamps.get(day) ?? [])
    .sort()
    .at(-1);

type Tell = (finding: PackageFinding) => void;

/** Days whose seal an authority that is believed has stamped, and when. */
function checkSeals(
  seals: ReadonlyMap<string, PackedSeal>,
  proofs: readonly LeafProof[],
  { authorities }: PackageTrust,
  tell: Tell,
): ReadonlyMap<string, string> {
  checkProofs(seals, proofs, tell);
  const stamped = new Map<string, string>();
  for (const [day, { seal, stamps }] of seals) {
    if (headDigest(seal) !== seal.digest) tell({ what: `seal of ${day}`, fault: 'changed' });
    if (authorities.length === 0 || stamps.length === 0) continue;
    const chain = checkStamps(headDocument(seal), stamps.map(archiveStamp), authorities);
    if (chain.ok) stamped.set(day, chain.first);
    else tell({ what: `time-stamp of ${day}`, fault: 'stamp-wrong' });
  }
  return stamped;
}

function checkProofs(
  seals: ReadonlyMap<string, PackedSeal>,
  proofs: readonly LeafProof[],
  tell: Tell,
): void {
  for (const proof of proofs) {
    const seal = seals.get(proof.day)?.seal;
    if (seal === undefined) tell({ what: `seal of ${proof.day}`, fault: 'missing' });
    else if (!isProven(proof, seal)) tell({ what: `event ${proof.event}`, fault: 'changed' });
  }
}

const isProven = (
  { leaf, index, size, path }: LeafProof,
  seal: Readonly<{ size: number; root: string }>,
): boolean =>
  leaf !== undefined &&
  size === seal.size &&
  isIncluded({
    ...{ index, size, leaf },
    path: path.map((hash) => Buffer.from(hash, 'hex')),
    root: Buffer.from(seal.root, 'hex'),
  });

type Closing = Readonly<{ end?: Buffer; signature?: string }>;
type Counted = Pick<PackageEnd, 'files' | 'root' | 'studies'>;

/** The id of the key that signed the package. */
function checkEnd(
  { end, signature }: Closing,
  { files, root, studies }: Counted,
  { publicKey }: PackageTrust,
  tell: Tell,
): string | undefined {
  const what = 'package';
  if (end === undefined || signature === undefined) {
    tell({ what, fault: 'breaks-off' });
    return undefined;
  }
  const stated = JSON.parse(end.toString()) as PackageEnd;
  if (stated.root !== root || stated.files !== files || stated.studies !== studies)
    tell({ what, fault: 'changed' });
  const key = createPublicKey(publicKey ?? stated.publicKey);
  if (!verify(null, end, key, Buffer.from(signature, 'base64'))) {
    tell({ what, fault: 'unsigned' });
    return undefined;
  }
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex');
}
