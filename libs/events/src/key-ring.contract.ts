import { expect, test } from 'vitest';
import { sealContent } from './content-seal.js';
import type { KeyRing, KeyState } from './key-ring.js';

const bytes = (key: KeyState | undefined) =>
  key === undefined || key === 'destroyed' ? key : key.secret.export().toString('hex');
const secret = async (ring: KeyRing, id: string) => bytes((await ring.find([id])).get(id));

/** What every KeyRing must do; each adapter's test calls it with its own factory of an empty one. */
export function keyRingContract(open: () => Promise<KeyRing>): void {
  const check = (name: string, body: (ring: KeyRing) => Promise<void>) =>
    test(name, async () => body(await open()));

  check('a key is made once and found again', async (ring) => {
    const made = await ring.ensure(['a', 'b', 'a']);
    expect([...made.keys()].sort()).toEqual(['a', 'b']);
    expect(bytes(made.get('a'))).toMatch(/^[0-9a-f]{64}$/);
    expect(bytes(made.get('a'))).not.toBe(bytes(made.get('b')));
    const again = await ring.ensure(['c', 'a']);
    expect(bytes(again.get('a'))).toBe(bytes(made.get('a')));
    expect(await secret(ring, 'b')).toBe(bytes(made.get('b')));
  });

  check('a key that was never made is left out', async (ring) => {
    await ring.ensure(['a']);
    const found = await ring.find(['a', 'never']);
    expect([...found.keys()]).toEqual(['a']);
    expect(await ring.find([])).toEqual(new Map());
  });

  check('many who ask for a new key at once get the same one', async (ring) => {
    const ids = Array.from({ length: 20 }, (_, n) => `k${n}`);
    const rings = await Promise.all(
      Array.from({ length: 8 }, (_, n) => ring.ensure(n % 2 ? ids : ids.toReversed())),
    );
    for (const id of ids) {
      const stored = await secret(ring, id);
      expect(rings.map((made) => bytes(made.get(id)))).toEqual(rings.map(() => stored));
    }
  });

  check('a destroyed key never comes back', async (ring) => {
    await ring.ensure(['a', 'b']);
    await ring.destroy('a');
    await ring.destroy('a');
    expect(await secret(ring, 'a')).toBe('destroyed');
    expect((await ring.ensure(['a', 'b'])).get('a')).toBe('destroyed');
    expect(await secret(ring, 'b')).toMatch(/^[0-9a-f]{64}$/);
  });

  check('an id that is destroyed before it had a key never gets one', async (ring) => {
    await ring.destroy('later');
    expect((await ring.ensure(['later'])).get('later')).toBe('destroyed');
  });

  check('a key neither prints nor turns into JSON', async (ring) => {
    const key = (await ring.ensure(['a'])).get('a');
    if (key === undefined || key === 'destroyed') throw new Error('no key');
    expect(JSON.stringify(key)).toBe('{"id":"a","secret":{}}');
    expect(sealContent(key.secret, 'x', Buffer.from('y'), Buffer.alloc(12))).toHaveLength(29);
  });
}
