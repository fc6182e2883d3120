import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { NONCE_BYTES, sealContent } from '#events/content-seal';
import type { KeyRing, KeyState } from '#events/key-ring';
import { encodeExtract } from '#index/extract';
import { extractAssociation } from '#index/extract-reader';
import type { ObjectStore } from '#storage/object-store';
import { type EntryToWrite, packInMemory, writePack } from '#storage/settled-pack';
import type { ExtractPack, WrittenExtract } from './facts-of-slice.js';
import type { StoredGroup } from './group-stored.js';

export type ExtractTarget = Readonly<{ store: ObjectStore; keys: KeyRing }>;

/** The key of a study is destroyed: nothing more is stored into it. */
export class StudyDisposed extends Error {
  override readonly name = 'StudyDisposed';
}

export type WrittenExtracts = Readonly<{
  extracts: readonly WrittenExtract[];
  extractPack: ExtractPack | undefined;
}>;

/** A pack up to this length commits with the facts, in the database; a longer one is durable in the object store before them (ADR 9). */
export const SMALL_PACK_BYTES_MAX = 256 * 1024;

/** Seals the headers of each group under its study's key as one pack: bytes before the fact, or with it (design D1, D5). */
export async function writeExtracts(
  { store, keys }: ExtractTarget,
  groups: readonly StoredGroup[],
): Promise<WrittenExtracts> {
  if (groups.length === 0) return { extracts: [], extractPack: undefined };
  const claims = [...new Set(groups.map(({ claim }) => claim))];
  const secrets = await keys.ensure(claims);
  const sealed = groups.map((group) => sealedExtract(group, secrets.get(group.claim)));
  const entries = sealed.map((bytes) => ({ bytes: bytes.length, body: [bytes] }));
  const extractPack = await packOf(store, entries);
  return {
    extracts: groups.map((group, index) => ({ group, content: contentOf(sealed[index]) })),
    extractPack,
  };
}

const packOf = async (
  store: ObjectStore,
  entries: readonly (EntryToWrite & { body: readonly Buffer[] })[],
): Promise<ExtractPack> => {
  const header = { pack: randomUUID(), kind: 'extract', about: {} } as const;
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return bytes > SMALL_PACK_BYTES_MAX
    ? writePack(store, header, entries)
    : packInMemory(header, entries);
};

const sealedExtract = ({ claim, parts }: StoredGroup, key: KeyState | undefined): Buffer => {
  if (key === 'destroyed') throw new StudyDisposed('the study was disposed of');
  if (key === undefined) throw new Error('a new fact has no key');
  const plain = encodeExtract(parts.map(({ extracted }) => extracted));
  return sealContent(key.secret, extractAssociation(claim), plain, randomBytes(NONCE_BYTES));
};

const contentOf = (bytes: Buffer | undefined) => {
  if (bytes === undefined) throw new Error('a group has no extract');
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
};
