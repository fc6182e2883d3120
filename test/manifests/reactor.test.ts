import { afterAll, beforeAll, expect, test } from 'vitest';
import { sliceOf } from '../identity/people.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { publishAll } from './publish-all.js';

let archive: ArchiveCore;
beforeAll(async () => {
  archive = await archiveCore();
});
afterAll(() => archive.close());

const rows = async (sql: string, values: readonly unknown[] = []) =>
  (await archive.pool.query(sql, [...values])).rows;

test('a study that was stored is published once', async () => {
  await archive.send([sliceOf(1, 'anna')]);
  await archive.work();
  expect(await publishAll(archive)).toEqual(['changed']);
  expect(await publishAll(archive)).toEqual([]);
  console.log(await rows('select * from manifests'));
  console.log(await rows('select manifest, encoding, length(body) from manifest_contents'));
});
