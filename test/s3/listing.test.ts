import { expect, inject, test } from 'vitest';
import { bodyOf, bytesOf } from '../../libs/storage/src/body.testing.js';
import { askS3, putToS3 } from '../support/s3-bucket.js';
import { newStore } from './open-store.js';

const KEY = 'packs/landing/aa/one';

test('a listing goes over several pages, each object once', async () => {
  const { store, close } = await newStore();
  const keys = Array.from({ length: 2_003 }, (_, at) => `packs/landing/aa/${10_000 + at}`);
  for (let at = 0; at < keys.length; at += 50)
    await Promise.all(keys.slice(at, at + 50).map((key) => store.put(key, bodyOf(bytesOf(1)))));
  const listed = await Array.fromAsync(store.list('packs/'), ({ key }) => key);
  expect(listed.sort()).toEqual(keys);
  await close();
});

test('a listing shows nothing that no key can name', async () => {
  const { store, settings, close } = await newStore();
  await store.put(KEY, bodyOf(bytesOf(10)));
  for (const name of ['UPPER', '.hidden', 'a b', 'a&<b>', 'é', 'folder/'])
    await putToS3(inject('s3'), {
      path: `/${settings.bucket}/packs/landing/aa/${name}`,
      query: [],
      body: 'x',
    });
  const listed = await Array.fromAsync(store.list('packs/'), ({ key }) => key);
  expect(listed).toEqual([KEY]);
  await close();
});

test('removing takes away every version and every mark of deletion, of that key only', async () => {
  const { store, settings, close } = await newStore({ versioned: true });
  const path = `/${settings.bucket}/${KEY}`;
  await store.put(KEY, bodyOf(bytesOf(10)));
  await store.put(`${KEY}-longer`, bodyOf(bytesOf(20)));
  for (const body of ['second', 'third']) await putToS3(inject('s3'), { path, query: [], body });
  await store.remove(KEY);
  expect(await versionsIn(settings)).toEqual([`${KEY}-longer`, 'probe/written-once']);
  expect(await store.size(`${KEY}-longer`)).toBe(20);
  await close();
});

test('a bucket that begins to keep versions after it was opened: what is removed is gone all the same', async () => {
  const { store, settings, close } = await newStore();
  await store.put(KEY, bodyOf(bytesOf(10)));
  await putToS3(inject('s3'), {
    path: `/${settings.bucket}`,
    query: [['versioning', '']],
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  });
  await store.put(`${KEY}-later`, bodyOf(bytesOf(10)));
  for (const key of [KEY, `${KEY}-later`]) await store.remove(key);
  expect(await versionsIn(settings)).toEqual(['probe/written-once']);
  await close();
});

/** The keys that have a version or a mark of deletion. */
async function versionsIn({ bucket }: Readonly<{ bucket: string }>): Promise<string[]> {
  const query = [['versions', '']] as const;
  const page = await askS3(inject('s3'), { method: 'GET', path: `/${bucket}`, query });
  const keys = [...page.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
  return [...new Set(keys)].sort();
}
