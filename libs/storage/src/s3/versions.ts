import { ObjectStoreUnavailable } from '../object-store.js';
import { childText, readXml, type XmlElement } from './read-xml.js';
import { type S3Client, textOf } from './s3-client.js';

/** Versions asked for at a time; one key has one, or two after a put that was repeated. */
const PAGE_VERSIONS_MAX = 1000;

/** Ids of versions of an object, and of what marks it as deleted, the newest first; `more`: there may be older ones. */
export type Versions = Readonly<{ ids: readonly string[]; more: boolean }>;

/** The versions under exactly this key. Those of longer keys are listed behind them. */
export async function versionsOf(client: S3Client, key: string): Promise<Versions> {
  const query = [
    ['max-keys', `${PAGE_VERSIONS_MAX}`],
    ['prefix', key],
    ['versions', ''],
  ] as const;
  const page = readXml(await client.ask({ method: 'GET', query }, textOf));
  const listed = page.children.filter(({ name }) => name === 'Version' || name === 'DeleteMarker');
  const found = listed.filter((element) => childText(element, 'Key') === key);
  const more = childText(page, 'IsTruncated') === 'true' && found.length === listed.length;
  return { ids: found.map(idOf), more };
}

function idOf(element: XmlElement): string {
  const id = childText(element, 'VersionId');
  if (!id) throw new ObjectStoreUnavailable('a listing of S3 has a version without an id');
  return id;
}

/** Removes every version under the key, and what marks it as deleted. */
export async function removeVersions(client: S3Client, key: string): Promise<void> {
  for (;;) {
    const { ids, more } = await versionsOf(client, key);
    for (const id of ids) await removeVersion(client, key, id);
    if (!more || ids.length === 0) return;
  }
}

/** Removes one version; one that isn't there is no error. */
export async function removeVersion(client: S3Client, key: string, id: string): Promise<void> {
  const query = [['versionId', id]] as const;
  await client.ask({ method: 'DELETE', key, query }, ({ body }) => body.dump());
}
