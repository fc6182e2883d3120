import { expect, test } from 'vitest';
import type { Asking, Face, Seen } from './face.js';

/** What an answer must be. `headers` by name: a text or pattern that is there, or null for one that isn't. */
export type Expected = Readonly<{
  status: number | readonly number[];
  /** Media type of the answer, without its parameters. */
  type?: string;
  headers?: Readonly<Record<string, string | RegExp | null>>;
  /** What else must hold of the answer. */
  also?: (seen: Seen) => void | Promise<void>;
}>;

/** One sentence of the standard: its paragraph, what must hold, what is asked, and what must come back. */
export type Check = readonly [
  paragraph: string,
  holds: string,
  asking: string | Asking,
  expected: Expected,
];

/** Makes a test of each row, named by its paragraph. */
export function judge(face: () => Face, checks: readonly Check[]): void {
  test.each(checks)('%s: %s', async (_paragraph, _holds, asking, expected) =>
    judgeAnswer(await face().ask(asking), expected),
  );
}

/** Judges one answer by what was expected and by what holds of every answer. */
export async function judgeAnswer(seen: Seen, expected: Expected): Promise<void> {
  expect(statusesOf(expected), told(seen)).toContain(seen.status);
  judgePayload(seen);
  if (expected.type !== undefined) expect(typeOf(seen)).toBe(expected.type);
  for (const [name, value] of Object.entries(expected.headers ?? {}))
    judgeHeader(name, seen.headers.get(name), value);
  await expected.also?.(seen);
}

/** Media type of an answer without its parameters, in lower case. */
export const typeOf = ({ headers }: Seen): string =>
  (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** The answer's JSON. */
export const jsonOf = <Value>({ body }: Seen): Value => JSON.parse(body.toString()) as Value;

const statusesOf = ({ status }: Expected) => (typeof status === 'number' ? [status] : status);

/* PS3.18 §8.4.3, §8.7.9: a payload has a type, and either a length or a transfer coding. */
function judgePayload({ headers, body }: Seen): void {
  if (body.length === 0) return;
  expect(headers.get('content-type'), 'Content-Type of a payload').not.toBeNull();
  const framed = [headers.get('content-length'), headers.get('transfer-encoding')];
  expect(framed.filter((value) => value !== null)).toHaveLength(1);
}

function judgeHeader(name: string, found: string | null, value: string | RegExp | null): void {
  if (value === null) expect(found, name).toBeNull();
  else if (typeof value === 'string') expect(found, name).toContain(value);
  else expect(found ?? '', name).toMatch(value);
}

const told = ({ status, headers, body }: Seen) =>
  `${status} ${headers.get('content-type')}: ${body.toString('latin1', 0, 300)}`;
