import { expect, test } from 'vitest';
import type { Snapshot, SnapshotStore } from './snapshot-store.js';

const snapshot = (change: Partial<Snapshot> = {}): Snapshot => {
  const plain = { stream: 's', fold: 'study', foldVersion: 1, version: 5, ...change };
  const ciphertext = Buffer.from(JSON.stringify(plain).repeat(5)).toString('base64');
  return { sealed: { keyId: 'k', nonce: 'AAAAAAAAAAAAAAAA', ciphertext }, ...plain };
};

/** What every SnapshotStore must do; each adapter's test calls it with its own factory of an empty one. */
export function snapshotStoreContract(open: () => Promise<SnapshotStore>): void {
  const newest = async (saved: readonly Snapshot[], foldVersion: number) => {
    const store = await open();
    for (const each of saved) await store.save([each]);
    return (await store.find({ fold: 'study', foldVersion }, ['s'])).get('s')?.version;
  };

  test('what is saved is found, for each stream that has one', async () => {
    const store = await open();
    const other = snapshot({ stream: 'other' });
    await store.save([snapshot(), other]);
    const found = await store.find({ fold: 'study', foldVersion: 1 }, ['s', 'other', 'none']);
    expect(found).toEqual(new Map([['s', snapshot()] as const, ['other', other] as const]));
  });

  test('the newest stays, whatever the order of saving', async () => {
    expect(await newest([snapshot(), snapshot({ version: 9 })], 1)).toBe(9);
    expect(await newest([snapshot({ version: 9 }), snapshot()], 1)).toBe(9);
  });

  test('a snapshot of another version of the fold is none', async () => {
    expect(await newest([snapshot()], 2)).toBeUndefined();
    expect(await newest([snapshot({ foldVersion: 2 })], 1)).toBeUndefined();
  });

  test('a newer fold replaces an older one, never the other way round', async () => {
    const newer = snapshot({ foldVersion: 2, version: 3 });
    expect(await newest([snapshot({ version: 9 }), newer], 2)).toBe(3);
    expect(await newest([newer, snapshot({ version: 9 })], 2)).toBe(3);
  });

  test('folds of one stream keep apart', async () => {
    const store = await open();
    await store.save([snapshot(), snapshot({ fold: 'other', version: 8 })]);
    const versionOf = async (fold: string) =>
      (await store.find({ fold, foldVersion: 1 }, ['s'])).get('s')?.version;
    expect([await versionOf('study'), await versionOf('other')]).toEqual([5, 8]);
  });

  test('saving nothing is nothing', async () => {
    const store = await open();
    await store.save([]);
    expect(await store.find({ fold: 'study', foldVersion: 1 }, ['s'])).toEqual(new Map());
  });
}
