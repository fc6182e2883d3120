import { createHash, type KeyObject } from 'node:crypto';
import type { Recorded } from '#events/event';
import { canonicalJson } from './canonical-json.js';
import { type ProvenEvent, provenEvent } from './event-leaf.js';
import { leafHash } from './merkle.js';
import { merkleFrontier } from './merkle-frontier.js';
import {
  ABOUT_FILE,
  END_FILE,
  LINES_MAX,
  LIST_BYTES_MAX,
  type PackageAbout,
  type PackageEnd,
  type PackedFile,
  type PackedObject,
  type PackedProof,
  type PackedSeal,
  type PackedStudy,
  SIGNATURE_FILE,
} from './package-format.js';
import { studyRoot } from './study-root.js';
import { TAR_END, tarFill, tarHead } from './tar.js';

/** An object to give back; `open` gives its bytes, undefined when they aren't there. */
export type ObjectToGive = Omit<PackedObject, 'path'> &
  Readonly<{ open: () => Promise<AsyncIterable<Buffer> | undefined> }>;

/** A study to give back: what it holds, and what the log says of it. */
export type StudyToGive = Pick<PackedStudy, 'claim' | 'hospital' | 'study' | 'state'> &
  Readonly<{ objects: readonly ObjectToGive[]; events: AsyncIterable<Recorded> }>;

export type PackageCounts = Pick<PackageEnd, 'studies' | 'objects' | 'damaged'>;

/** Where packages come from. `proofsOf`: of those of these events that are sealed; `sealOf`: that of a day. */
export type PackageSource = Readonly<{
  studies: AsyncIterable<StudyToGive>;
  proofsOf: (events: readonly string[]) => Promise<readonly PackedProof[]>;
  sealOf: (day: string) => Promise<PackedSeal | undefined>;
  /** Hears what the package holds, when it is whole. */
  ended?: (counts: PackageCounts) => void;
  signer: Readonly<{ keyId: string; publicKey: KeyObject; sign: (bytes: Buffer) => Buffer }>;
}>;

/** A package as a tar archive, file by file; nothing of it is ever held whole. */
export async function* writePackage(
  about: PackageAbout,
  { studies, proofsOf, sealOf, ended, signer }: PackageSource,
): AsyncGenerator<Buffer> {
  const tree = merkleFrontier();
  const written: Written = { tell: (file) => void tree.add(leafHash(canonicalJson(file))) };
  const counts = { studies: 0, objects: 0, damaged: 0 };
  const days = new Set<string>();
  yield* file(written, ABOUT_FILE, textOf(about));
  for await (const study of studies) {
    const given = yield* giveStudy(written, study, { proofsOf, days });
    counts.studies++;
    counts.objects += given.objects;
    counts.damaged += given.damaged.length;
  }
  for (const day of [...days].sort()) {
    const seal = await sealOf(day);
    if (seal !== undefined) yield* file(written, `seals/${day}.json`, textOf(seal));
  }
  const { keyId, sign } = signer;
  const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const sealed = { files: tree.size(), root: tree.root().toString('hex'), keyId, publicKey };
  const end = textOf({ ...about, ...counts, ...sealed } satisfies PackageEnd);
  yield* file(written, END_FILE, end);
  yield* file(written, SIGNATURE_FILE, Buffer.from(sign(end).toString('base64')));
  yield TAR_END;
  ended?.(counts);
}

type Written = Readonly<{ tell: (file: PackedFile) => void }>;

const textOf = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function* file({ tell }: Written, path: string, content: Buffer): Generator<Buffer> {
  tell({ path, bytes: content.length, sha256: sha256(content) });
  yield tarHead(path, content.length);
  yield content;
  yield tarFill(content.length);
}

const ZEROS = Buffer.alloc(64 * 1024);

type Proving = Readonly<{ proofsOf: PackageSource['proofsOf']; days: Set<string> }>;

async function* giveStudy(
  written: Written,
  { claim, hospital, study, state, objects, events }: StudyToGive,
  { proofsOf, days }: Proving,
): AsyncGenerator<Buffer, PackedStudy> {
  const files: PackedFile[] = [];
  const damaged: string[] = [];
  const own: Written = {
    tell: (one) => {
      files.push(one);
      written.tell(one);
    },
  };
  const folder = `studies/${claim}`;
  const listed: PackedObject[] = [];
  for (const { open, ...object } of objects) {
    const path = `objects/${study}/${object.series}/${object.instance}.dcm`;
    const body = await open();
    if (body === undefined) damaged.push(object.instance);
    else if (!(yield* giveObject(written, { path, ...object }, body)))
      damaged.push(object.instance);
    listed.push({ ...object, path: body === undefined ? '' : path });
  }
  yield* lists(own, `${folder}/objects`, listed);
  const named: string[] = [];
  yield* lists(own, `${folder}/events`, noted(events, named));
  yield* lists(own, `${folder}/proofs`, proofs(named, proofsOf, days));
  const root = studyRoot(objects.map((object) => object.sha256));
  const head = { claim, hospital, study, state, objects: objects.length, root, damaged, files };
  yield* file(written, `${folder}/study.json`, textOf(head satisfies PackedStudy));
  return head;
}

/** The bytes as they are; whether they are those that were received. What ends too early is filled with zeros: the archive goes on. */
async function* giveObject(
  { tell }: Written,
  { path, bytes, sha256: expected }: Pick<PackedObject, 'path' | 'bytes' | 'sha256'>,
  body: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, boolean> {
  const hash = createHash('sha256');
  let left = bytes;
  yield tarHead(path, bytes);
  for await (const chunk of body) {
    const part = chunk.subarray(0, left);
    left -= part.length;
    hash.update(part);
    yield part;
  }
  for (; left > 0; left -= Math.min(left, ZEROS.length)) {
    const part = ZEROS.subarray(0, left);
    hash.update(part);
    yield part;
  }
  yield tarFill(bytes);
  const found = hash.digest('hex');
  tell({ path, bytes, sha256: found });
  return found === expected;
}

/** Lines of JSON, in files that are bounded. */
async function* lists(
  written: Written,
  path: string,
  values: AsyncIterable<unknown> | Iterable<unknown>,
): AsyncGenerator<Buffer> {
  let [lines, bytes, number]: [Buffer[], number, number] = [[], 0, 0];
  const name = () => `${path}-${String(++number).padStart(4, '0')}.jsonl`;
  for await (const value of values) {
    const line = textOf(value);
    lines.push(line);
    bytes += line.length;
    if (lines.length < LINES_MAX && bytes < LIST_BYTES_MAX) continue;
    yield* file(written, name(), Buffer.concat(lines));
    [lines, bytes] = [[], 0];
  }
  if (lines.length > 0) yield* file(written, name(), Buffer.concat(lines));
}

async function* noted(
  events: AsyncIterable<Recorded>,
  named: string[],
): AsyncGenerator<ProvenEvent> {
  for await (const event of events) {
    named.push(event.id);
    yield provenEvent(event);
  }
}

const PROOFS_AT_ONCE = 100;

async function* proofs(
  named: readonly string[],
  proofsOf: PackageSource['proofsOf'],
  days: Set<string>,
): AsyncGenerator<PackedProof> {
  for (let at = 0; at < named.length; at += PROOFS_AT_ONCE)
    for (const proof of await proofsOf(named.slice(at, at + PROOFS_AT_ONCE))) {
      days.add(proof.day);
      yield proof;
    }
}
