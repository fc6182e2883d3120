import { describe, expect, it } from 'vitest';
import { checkParts } from './check-parts.mjs';

const bytes = (length, start) =>
  Buffer.from(Array.from({ length }, (_, at) => (start + at * 7) & 255));
const head = Buffer.from('--b\r\nContent-Type: application/octet-stream\r\n\r\n');
const contents = [
  [bytes(900, 1), bytes(3000, 2), Buffer.alloc(0)],
  [bytes(800, 9), bytes(5000, 3)],
];
const body = (parts) =>
  Buffer.concat([
    ...parts.flatMap((pieces) => [head, ...pieces, Buffer.from('\r\n')]),
    Buffer.from('--b--\r\n'),
  ]);
const ok = { 'content-type': 'multipart/related; boundary="b"' };

/** Feeds an answer in chunks of `size` and says what is found wrong. */
function judge(expectation, answer, size) {
  const check = checkParts(expectation);
  check.start(200, ok);
  for (let at = 0; at < answer.length; at += size) check.data(answer.subarray(at, at + size));
  return check.end();
}

const inOrder = { expected: contents };
const byName = {
  find: (text) => contents.find(([first]) => text.startsWith(first.toString('latin1', 0, 700))),
  count: 2,
};
const sizes = [1, 2, 3, 47, 700, 701, 4096, 100_000];

describe('the check of a multipart answer', () => {
  it.each(sizes)('accepts what was stored, in chunks of %i bytes', (size) => {
    expect(judge(inOrder, body(contents), size)).toBeUndefined();
    expect(judge(byName, body([...contents].reverse()), size)).toBeUndefined();
  });
  it.each(sizes)('finds one changed byte anywhere in a part, in chunks of %i bytes', (size) => {
    const right = body(contents);
    for (const at of [head.length, head.length + 899, head.length + 900, right.length - 12]) {
      const changed = Buffer.from(right);
      changed[at] ^= 1;
      expect(judge(inOrder, changed, size)).toBeDefined();
      expect(judge(byName, changed, size)).toBeDefined();
    }
  });
  it.each(sizes)(
    'finds a part that is cut, lengthened or missing, in chunks of %i bytes',
    (size) => {
      const [[first, second], other] = contents;
      const wrong = [
        body([[first, second.subarray(1)], other]),
        body([[first, second, Buffer.from([0])], other]),
        body([[first, second]]),
        body([...contents, other]),
        body(contents).subarray(0, 4000),
      ];
      for (const answer of wrong) {
        expect(judge(inOrder, answer, size)).toBeDefined();
        expect(judge(byName, answer, size)).toBeDefined();
      }
    },
  );
  it('tells a status other than 200', () => {
    const check = checkParts(inOrder);
    check.start(406, {});
    check.data(Buffer.from('no such form'));
    expect(check.end()).toBe('status 406: no such form');
  });
});
