import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { NONCE_BYTES, sealContent } from '#events/content-seal';
import type { KeyRing, KeyState } from '#events/key-ring';
import { encodeExtract } from '#index/extract';
import { extractAssociation } from '#index/extract-reader';
import type { ObjectStore } from '#storage/object-store';
import { writePack } from '#storage/settled-pack';
import type { ExtractPack, WrittenExtract } from './facts-of-slice.js';
import type { StoredGroup } from './group-stored.js';

export type ExtractTarget = Readonly<{ store: ObjectStore; keys: KeyRing }>;

export type WrittenExtracts = Readonly<{
  extracts: readonly WrittenExtract[];
  extractPack: ExtractPack | undefined;
}>;

/** Seals the headers of each group under its study's key and writes them, durable, as one pack: bytes before the fact (design D1, D5). */
export async function writeExtracts(
  { store, keys }: ExtractTarget,
  groups: readonly StoredGroup[],
): Promise<WrittenExtracts> {
  if (groups.length === 0) return { extracts: [], extractPack: undefined };
  const claims = [...new Set(groups.map(({ claim }) => claim))];
  const secrets = await keys.ensure(claims);
  const sealed = groups.map((group) => sealedExtract(group, secrets.get(group.claim)));
  const pack = randomUUID();
  const entries = sealed.map((bytes) => ({ bytes: bytes.length, body: [bytes] }));
  const written = await writePack(store, { pack, kind: 'extract', about: {} }, entries);
  return {
    extracts: groups.map((group, index) => ({ group, content: contentOf(sealed[index]) })),
    extractPack: written,
  };
}

const sealedExtract = ({ claim, parts }: StoredGroup, key: KeyState | undefined): Buffer => {
  if (key === undefined || key === 'destroyed') throw new Error('a new fact has no key');
  const plain = encodeExtract(parts.map(({ extracted }) => extracted));
  return sealContent(key.secret, extractAssociation(claim), plain, randomBytes(NONCE_BYTES));
};

const contentOf = (bytes: Buffer | undefined) => {
  if (bytes === undefined) throw new Error('a group has no extract');
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
};
