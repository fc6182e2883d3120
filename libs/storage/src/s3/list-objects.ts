import { isKey } from '../object-key.js';
import { type Listed, ObjectStoreUnavailable } from '../object-store.js';
import { childText, readXml, type XmlElement } from './read-xml.js';
import { type S3Client, textOf } from './s3-client.js';

/** Objects of one page: as many as S3 gives. */
const PAGE_OBJECTS_MAX = 1000;

/** Every object whose key starts with `prefix`, page by page (ListObjectsV2). What no key can name is left out. */
export async function* listObjects(client: S3Client, prefix: string): AsyncGenerator<Listed> {
  for (let token = ''; ; ) {
    const page = await pageAfter(client, prefix, token);
    yield* page.children
      .filter(({ name }) => name === 'Contents')
      .map(listed)
      .filter(isOurs);
    if (childText(page, 'IsTruncated') !== 'true') return;
    const next = childText(page, 'NextContinuationToken') ?? '';
    if (next === '' || next === token)
      throw new ObjectStoreUnavailable('a listing of S3 does not go on');
    token = next;
  }
}

async function pageAfter(client: S3Client, prefix: string, token: string): Promise<XmlElement> {
  const query: [string, string][] = [
    ['list-type', '2'],
    ['max-keys', `${PAGE_OBJECTS_MAX}`],
    ['prefix', prefix],
  ];
  if (token !== '') query.push(['continuation-token', token]);
  return readXml(await client.ask({ method: 'GET', query }, textOf));
}

const isOurs = ({ key }: Listed): boolean => isKey(key);

function listed(element: XmlElement): Listed {
  const key = childText(element, 'Key') ?? '';
  const bytes = Number(childText(element, 'Size') || 'NaN');
  const writtenAtMs = Date.parse(childText(element, 'LastModified') ?? '');
  if (key === '' || !Number.isSafeInteger(bytes) || Number.isNaN(writtenAtMs))
    throw new ObjectStoreUnavailable('a listing of S3 has an object without key, length or time');
  return { key, bytes, writtenAtMs };
}
