import { expect, test } from 'vitest';
import { bodyOf, bytesOf, collect } from './body.testing.js';
import { type ObjectStore, RANGE_BYTES_MAX } from './object-store.js';

const KEY = 'packs/landing/a1/one';

/** What every adapter promises to readers; part of object-store.contract.ts. */
export function objectReadingContract(current: () => ObjectStore): void {
  const whole = async (key: string) => collect(await current().stream(key));

  test('a range is from its start to before its end', async () => {
    await current().put(KEY, bodyOf(bytesOf(1000)));
    for (const [start, end] of [
      [0, 1000],
      [0, 0],
      [999, 1000],
      [10, 20],
    ] as const) {
      const expected = bytesOf(1000).subarray(start, end);
      expect((await current().read(KEY, { start, end }))?.equals(expected)).toBe(true);
      expect((await collect(await current().stream(KEY, { start, end }))).equals(expected)).toBe(
        true,
      );
    }
  });

  test('a range beyond the end, backwards, or too long for one buffer throws', async () => {
    await current().put(KEY, bodyOf(bytesOf(100)));
    for (const range of [
      { start: 0, end: 101 },
      { start: 5, end: 4 },
      { start: -1, end: 4 },
      { start: 0.5, end: 4 },
    ]) {
      await expect(current().read(KEY, range)).rejects.toThrow(RangeError);
      await expect(current().stream(KEY, range)).rejects.toThrow(RangeError);
    }
    const long = { start: 0, end: RANGE_BYTES_MAX + 1 };
    await expect(current().read(KEY, long)).rejects.toThrow(RangeError);
  });

  test('what was read is the reader’s own', async () => {
    await current().put(KEY, bodyOf(bytesOf(100)));
    (await current().read(KEY, { start: 0, end: 100 }))?.fill(0);
    (await collect(await current().stream(KEY))).fill(0);
    expect((await whole(KEY)).equals(bytesOf(100))).toBe(true);
  });

  test('an unknown key has no bytes, no stream and no length', async () => {
    expect(await current().read(KEY, { start: 0, end: 1 })).toBeUndefined();
    expect(await current().stream(KEY)).toBeUndefined();
    expect(await current().size(KEY)).toBeUndefined();
  });

  test('a stream ends with the reason when it is aborted', async () => {
    await current().put(KEY, bodyOf(bytesOf(4_000_000)));
    const stop = new AbortController();
    const reading = async () => {
      for await (const chunk of (await current().stream(KEY, undefined, stop.signal)) ?? [])
        if (chunk.length > 0) stop.abort(new Error('viewer gone'));
    };
    await expect(reading()).rejects.toThrow('viewer gone');
  });

  test('a stream may be left early, read twice, or never read', async () => {
    await current().put(KEY, bodyOf(bytesOf(4_000_000)));
    await current().stream(KEY);
    for await (const chunk of (await current().stream(KEY)) ?? []) if (chunk.length > 0) break;
    const twice = await current().stream(KEY);
    expect((await collect(twice)).equals(await collect(twice))).toBe(true);
  });
}
