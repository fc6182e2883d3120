import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf, bytesOf, collect } from '../body.testing.js';
import { objectStoreContract } from '../object-store.contract.js';
import { filesIn, storingProcess, temporaryFileStore } from './file-object-store.testing.js';
import { WRITE_BYTES } from './write-body.js';

objectStoreContract('objects as files', temporaryFileStore);
objectStoreContract('objects as files, read in this thread', () => temporaryFileStore(8, 2 ** 30));

const KEY = 'packs/landing/aa/one';

describe('objects as files', () => {
  let at: Awaited<ReturnType<typeof temporaryFileStore>>;
  beforeEach(async () => {
    at = await temporaryFileStore(2);
  });
  afterEach(async () => {
    expect(at.faults).toEqual([]);
    await at.close();
  });

  test('a key is a path below the root, and the file has the bytes end to end and nothing else', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(1000), bytesOf(500, 2)));
    const file = await readFile(join(at.root, KEY));
    expect(file.equals(Buffer.concat([bytesOf(1000), bytesOf(500, 2)]))).toBe(true);
  });

  test('a stored file is not open for writing to anyone', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(10)));
    expect((await stat(join(at.root, KEY))).mode & 0o222).toBe(0);
  });

  test('a store that is opened again has its objects', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(1000)));
    const again = await at.open();
    expect((await collect(await again.stream(KEY))).equals(bytesOf(1000))).toBe(true);
    await expect(again.put(KEY, bodyOf())).rejects.toEqual(
      expect.objectContaining({ refusal: 'exists' }),
    );
    again.close();
  });

  test('a body is written while it comes: what is not in the file yet is bounded', async () => {
    const slice = bytesOf(100_000);
    async function* body() {
      const [temporary = ''] = await at.residue();
      for (let sent = 0; sent < 20_000_000; sent += slice.length) {
        const { size } = statSync(join(at.root, '.temporary', temporary));
        expect(sent - size).toBeLessThanOrEqual(2 * (WRITE_BYTES + slice.length));
        yield slice;
      }
    }
    expect(await at.store.put(KEY, body())).toEqual({ bytes: 20_000_000 });
  });

  test('more objects are read at the same time than handles are kept', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `packs/landing/aa/${index}`);
    for (const [index, key] of keys.entries())
      await at.store.put(key, bodyOf(bytesOf(1_500_000, index)));
    const read = await Promise.all(keys.map(async (key) => collect(await at.store.stream(key))));
    for (const [index, bytes] of read.entries())
      expect(bytes.equals(bytesOf(1_500_000, index)), `${index}`).toBe(true);
  });

  test('a file that is shorter than it was when opened gives an error, not fewer bytes', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(1000)));
    await at.store.size(KEY);
    await chmod(join(at.root, KEY), 0o640);
    await writeFile(join(at.root, KEY), bytesOf(900));
    await expect(at.store.read(KEY, { start: 0, end: 1000 })).rejects.toThrow('short read');
    await expect(at.store.stream(KEY).then(collect)).rejects.toThrow('short read');
  });

  test('a folder is no object', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(10)));
    expect(await at.store.size('packs/landing')).toBeUndefined();
    expect(await at.store.read(`${KEY}/deeper`, { start: 0, end: 1 })).toBeUndefined();
  });

  test('old temporary files are cleaned, new ones and objects stay', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(10)));
    const folder = join(at.root, '.temporary');
    await writeFile(join(folder, '1-0'), 'left by a dead process');
    await utimes(join(folder, '1-0'), 1000, 1000);
    await writeFile(join(folder, '2-0'), 'being written');
    expect(await at.store.cleanTemporaries(2_000_000)).toBe(1);
    expect(await filesIn(folder)).toEqual(['2-0']);
    expect(await at.store.size(KEY)).toBe(10);
  });

  test('temporary files left under our own process id are in nobody’s way', async () => {
    const folder = join(at.root, '.temporary');
    for (let count = 0; count < 20; count++)
      await writeFile(join(folder, `${process.pid}-${count}`), 'left');
    await at.store.put(KEY, bodyOf(bytesOf(10)));
    expect(await filesIn(folder)).toHaveLength(20);
  });

  test('a listing shows neither hidden files nor what no key can name', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(10)));
    await writeFile(join(at.root, 'packs/landing/aa/.hidden'), '');
    await writeFile(join(at.root, 'packs/landing/aa/UPPER'), '');
    await mkdir(join(at.root, 'packs/landing/lost+found'));
    await writeFile(join(at.root, 'packs/landing/lost+found/x'), '');
    const keys = (await Array.fromAsync(at.store.list('packs/'))).map(({ key }) => key);
    expect(keys).toEqual([KEY]);
  });

  test('killed in the middle of puts: every object is whole, every answered one is there', async () => {
    const answered = new Set<string>();
    for (const answersBeforeKill of [1, 3, 8, 20]) {
      const storing = storingProcess(at.root, 'put-for-ever');
      const ended = once(storing, 'exit');
      let answers = 0;
      for await (const key of createInterface(storing.stdout)) {
        answered.add(key);
        answers += 1;
        if (answers === answersBeforeKill) storing.kill('SIGKILL');
      }
      expect(await ended).toEqual([null, 'SIGKILL']);
    }
    const found = new Set<string>();
    for await (const { key } of at.store.list('packs/')) {
      const digest = createHash('sha256');
      for await (const chunk of (await at.store.stream(key)) ?? []) digest.update(chunk);
      expect(key.endsWith(digest.digest('hex'))).toBe(true);
      found.add(key);
    }
    expect(answered.size).toBeGreaterThan(0);
    expect([...answered].filter((key) => !found.has(key))).toEqual([]);
    await at.store.cleanTemporaries(Number.MAX_SAFE_INTEGER);
    expect(await at.residue()).toEqual([]);
  });

  test('no room for the bytes: refused as no-space, nothing left, nothing lost', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(1000)));
    const storing = storingProcess(at.root, 'put-one', 'ulimit -f 2048');
    expect((await text(storing.stdout)).trim()).toBe('no-space');
    await expectOnlyTheFirst();
  });

  test('permission lost: refused as not-permitted, nothing left, nothing lost', async () => {
    await at.store.put(KEY, bodyOf(bytesOf(1000)));
    await chmod(join(at.root, '.temporary'), 0o555);
    await chmod(at.root, 0o755);
    const storing = storingProcess(at.root, 'put-one-as-nobody');
    expect((await text(storing.stdout)).trim()).toBe('not-permitted');
    await chmod(join(at.root, '.temporary'), 0o750);
    await expectOnlyTheFirst();
  });

  const expectOnlyTheFirst = async () => {
    const listed = await Array.fromAsync(at.store.list('packs/'));
    expect(listed.map(({ key, bytes }) => [key, bytes])).toEqual([[KEY, 1000]]);
    expect((await collect(await at.store.stream(KEY))).equals(bytesOf(1000))).toBe(true);
    expect(await at.residue()).toEqual([]);
    await at.store.put('packs/landing/aa/next', bodyOf(bytesOf(10)));
  };
});
