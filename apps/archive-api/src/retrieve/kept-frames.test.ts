import { expect, test } from 'vitest';
import { keptFrames } from './kept-frames.js';

const counting = (frame: Buffer) => {
  const calls = { count: 0 };
  const decode = async () => {
    calls.count += 1;
    return frame;
  };
  return { calls, decode };
};

test('a frame is decoded once, however many ask for it at once or later', async () => {
  const frames = keptFrames({ bytesMax: 100 });
  const { calls, decode } = counting(Buffer.alloc(60, 1));
  const [a, b] = await Promise.all([frames.get('a/1', decode), frames.get('a/1', decode)]);
  expect(await frames.get('a/1', decode)).toBe(a);
  expect(b).toBe(a);
  expect(calls.count).toBe(1);
});

test('the frame read least recently goes when there is no room, and one larger than all room is not kept', async () => {
  const frames = keptFrames({ bytesMax: 100 });
  const [first, second, huge] = [60, 60, 101].map((bytes) => counting(Buffer.alloc(bytes)));
  await frames.get('first', first!.decode);
  await frames.get('second', second!.decode);
  await frames.get('first', first!.decode);
  await frames.get('huge', huge!.decode);
  await frames.get('huge', huge!.decode);
  expect([first, second, huge].map((each) => each!.calls.count)).toEqual([2, 1, 2]);
});

test('a failure is told to all who wait, and the next one tries again', async () => {
  const frames = keptFrames({ bytesMax: 100 });
  const failing = () => Promise.reject(new Error('no pixels'));
  const waiting = [frames.get('a', failing), frames.get('a', failing)];
  await expect(waiting[0]).rejects.toThrow('no pixels');
  await expect(waiting[1]).rejects.toThrow('no pixels');
  expect(await frames.get('a', async () => Buffer.from('x'))).toEqual(Buffer.from('x'));
});
