import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { askTimeStamp, TIME_STAMP_BYTES_MAX } from '#evidence/ask-time-stamp';
import { checkTimeStamp, readCertificates } from '#evidence/check-time-stamp';
import { sha256 } from '../../libs/evidence/src/merkle.js';
import { type LocalAuthority, localAuthority } from './local-authority.js';

let authority: LocalAuthority;
let another: LocalAuthority;
beforeAll(async () => {
  [authority, another] = await Promise.all([localAuthority(), localAuthority()]);
});
afterAll(async () => {
  await Promise.all([authority.close(), another.close()]);
});
afterEach(() => authority.misbehave(undefined));

const DOCUMENT = 'a seal';
const { signal } = new AbortController();
const trustedBy = async ({ caFile }: LocalAuthority) =>
  readCertificates(await readFile(caFile, 'utf8'));
const ask = async (by = authority) =>
  askTimeStamp(
    { url: authority.url, trusted: await trustedBy(by), random: randomBytes },
    sha256(DOCUMENT),
    signal,
  );

test('OpenSSL verifies what we were given, and only for the document that was stamped', async () => {
  const { token, at } = await ask();
  expect(await authority.verify(DOCUMENT, token)).toBe('Verification: OK');
  expect(await authority.verify('another', token)).not.toContain('OK');
  expect(await another.verify(DOCUMENT, token)).not.toContain('OK');
  expect(new Date(at).toISOString()).toBe(at);
});

test('whom we were not told to believe is not believed', async () => {
  await expect(ask(another)).rejects.toThrow('not-believed');
  const { token } = await ask();
  const trusted = await trustedBy(authority);
  expect(checkTimeStamp(token, sha256('another'), trusted)).toMatchObject({
    fault: 'other-imprint',
  });
});

test('a token of which any byte was changed is not what it was', async () => {
  const trusted = await trustedBy(authority);
  const { token, at } = await ask();
  const kept: number[] = [];
  for (let index = 0; index < token.length; index++) {
    const changed = Buffer.from(token);
    changed[index] = (changed[index] ?? 0) ^ 1;
    const checked = checkTimeStamp(changed, sha256(DOCUMENT), trusted);
    if (checked.ok && checked.at !== at) kept.push(index);
  }
  expect(kept).toEqual([]);
});

test.each([
  ['nothing', () => Buffer.of(), 'no time-stamp'],
  ['no ASN.1', () => Buffer.from('<html>'), 'no time-stamp'],
  ['half an answer', (made: Buffer) => made.subarray(0, made.length / 2), 'no time-stamp'],
  ['more than there may be', () => Buffer.alloc(TIME_STAMP_BYTES_MAX + 1), 'too large'],
  ['a refusal', () => Buffer.from('30053003020102', 'hex'), 'refused with status 02'],
])('an authority that answers %s is refused', async (_what, answer, line) => {
  authority.misbehave(answer);
  await expect(ask()).rejects.toThrow(line);
});

test('an answer to another request is refused', async () => {
  let first: Buffer | undefined;
  authority.misbehave((made) => (first ??= made));
  await ask();
  await expect(ask()).rejects.toThrow('another request');
});
