import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { frame } from '#hl7/mllp';
import {
  answered,
  codeOf,
  header,
  lines,
  pid,
  sender,
  type TestGateway,
  testGateway,
} from './gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await testGateway({ connectionsMax: 20 });
});
afterAll(() => gateway.close());

const update = (id: string, more = {}) => lines(header('ADT^A08', { id, ...more }), pid('1'));
const keptIds = async () => (await gateway.rows()).map(({ control_id }) => control_id);

test('a message that is accepted is kept, sealed, before its answer', async () => {
  const his = await sender(gateway.port);
  expect(codeOf(await his.ask(update('first')))).toBe('AA first');
  const [row] = await gateway.rows();
  expect(row).toMatchObject({
    hospital: 'HOSP-A',
    sender: 'HIS|HOSP-A',
    type: 'ADT^A08',
    state: 'received',
  });
  expect(row.body.includes('Muster')).toBe(false);
  expect(JSON.stringify(gateway.taken)).not.toMatch(/Muster|Anna/);
  await his.close();
});

test('a message may come byte by byte, and several may come at once', async () => {
  const his = await sender(gateway.port);
  his.socket.setNoDelay(true);
  for (const byte of frame(Buffer.from(update('slow')))) {
    his.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
  expect(codeOf(await answered(his.answers, 1))).toBe('AA slow');
  const several = ['s1', 's2', 's3'].map((id) => frame(Buffer.from(update(id))));
  his.write(Buffer.concat(several));
  await answered(his.answers, 4);
  expect(his.answers.slice(1).map(codeOf)).toEqual(['AA s1', 'AA s2', 'AA s3']);
  await his.close();
});

test('noise and messages that were given up don’t keep the next one from being taken', async () => {
  const his = await sender(gateway.port);
  his.write('GET / HTTP/1.1\r\n\r\n');
  his.write(`\x0b${update('given-up')}`);
  his.write(`\x0b${update('after-noise')}\x1c`);
  expect(codeOf(await answered(his.answers, 1))).toBe('AA after-noise');
  expect(gateway.lost).toEqual(['noise', 'noise']);
  expect(await keptIds()).not.toContain('given-up');
  await his.close();
});

test('a message that is too long is refused by its number, and the next one is taken', async () => {
  const his = await sender(gateway.port);
  expect(codeOf(await his.ask(`${update('huge')}\rNTE|1||${'x'.repeat(70_000)}`))).toBe('AR huge');
  expect(codeOf(await his.ask(update('after-huge')))).toBe('AA after-huge');
  await his.close();
});

test('a repeat gets the same answer and is kept once', async () => {
  const his = await sender(gateway.port);
  const message = update('again');
  expect(codeOf(await his.ask(message))).toBe('AA again');
  const later = message.replace('20260301101500', '20260301101600');
  expect(codeOf(await his.ask(later))).toBe('AA again');
  expect((await keptIds()).filter((id) => id === 'again')).toEqual(['again']);
  expect(gateway.taken.at(-1)).toMatchObject({ verdict: 'accept', reason: 'repeat' });
  await his.close();
});

test('another message under a number that was used is refused, and not lost in silence', async () => {
  const his = await sender(gateway.port);
  await his.ask(update('used'));
  const other = await his.ask(lines(header('ADT^A08', { id: 'used' }), pid('2')));
  expect(codeOf(other)).toBe('AR used');
  expect(other).toContain('ERR||MSH^1^10|205^');
  const elsewhere = lines(header('ADT^A08', { id: 'used', facility: 'HOSP-B' }), pid('2'));
  expect(codeOf(await his.ask(elsewhere))).toBe('AA used');
  await his.close();
});

const refused: readonly (readonly [string, string, string])[] = [
  ['a sender whom no hospital names', update('r1', { facility: 'NOBODY' }), 'AR r1 204 MSH^1^4'],
  ['another type', lines(header('ORU^R01', { id: 'r2' }), pid('1')), 'AR r2 200 MSH^1^9'],
  ['another event', lines(header('ADT^A99', { id: 'r3' }), pid('1')), 'AR r3 201 MSH^1^9'],
  ['no patient', header('ADT^A08', { id: 'r4' }), 'AE r4 100 PID^1'],
  [
    'no identifier',
    lines(header('ADT^A08', { id: 'r5' }), pid('').replace('^^^^MR', '')),
    'AE r5 101 PID^1^3',
  ],
  ['no name', lines(header('ADT^A08', { id: 'r6' }), pid('1', { name: '' })), 'AE r6 101 PID^1^5'],
  [
    'no day of birth',
    lines(header('ADT^A08', { id: 'r7' }), pid('1').replace('19700102', 'May')),
    'AE r7 102 PID^1^7',
  ],
  ['training', update('r8').replace('|P|2.5', '|T|2.5'), 'AR r8 202 MSH^1^11'],
  [
    'a character set that isn’t read',
    update('r9', { more: '||||||GB 18030-2000' }),
    'AR r9 103 MSH^1^18',
  ],
  [
    'letters that aren’t of the character set',
    lines(header('ADT^A08', { id: 'r10' }), pid('1', { name: 'Müller' })),
    'AR r10 102 ',
  ],
  ['a merge without whom', lines(header('ADT^A40', { id: 'r11' }), pid('1')), 'AE r11 100 MRG^1'],
];
test.each(refused)('%s is refused, with what is wrong', async (_, message, expected) => {
  const his = await sender(gateway.port);
  const answer = await his.ask(message);
  const [, place, code] = /\rERR\|\|([^|]*)\|(\d+)\^/.exec(answer) ?? [];
  expect(`${codeOf(answer)} ${code} ${place}`).toBe(expected);
  expect(await keptIds()).not.toContain(/[AE] (r\d+)/.exec(expected)?.[1]);
  await his.close();
});

test('what is no message at all is refused too', async () => {
  const his = await sender(gateway.port);
  expect(codeOf(await his.ask('hello'))).toBe('AR ');
  expect(codeOf(await his.ask(update('after-hello')))).toBe('AA after-hello');
  await his.close();
});

test('whatever bytes come, the next sender is served', async () => {
  const pieces = fc.constantFrom(
    '\x0b',
    '\x1c',
    '\r',
    'MSH|^~\\&|HIS|HOSP-A|',
    'PID|',
    '\\',
    '\xff',
    '&~^|',
  );
  for (const garbage of fc.sample(fc.array(pieces, { maxLength: 60 }), { numRuns: 50, seed: 3 })) {
    const his = await sender(gateway.port);
    his.socket.end(Buffer.from(garbage.join(''), 'latin1'));
    await his.ended();
  }
  const good = await sender(gateway.port);
  expect(codeOf(await good.ask(update('after-garbage')))).toBe('AA after-garbage');
  await good.close();
});

test('in the enhanced mode the acceptance is told, or nothing', async () => {
  const his = await sender(gateway.port);
  expect(codeOf(await his.ask(update('e1', { more: '|||AL|NE' })))).toBe('CA e1');
  his.write(frame(Buffer.from(update('e2', { more: '|||NE|NE' }))));
  expect(codeOf(await his.ask(update('e3')))).toBe('AA e3');
  expect(await keptIds()).toContain('e2');
  await his.close();
});

test('a suspended hospital is refused, and one whose intake is frozen is to send again', async () => {
  const { pool } = gateway.archive;
  await pool.query(`update hospitals set status = 'suspended' where hospital = 'HOSP-B'`);
  const his = await sender(gateway.port);
  const message = (id: string) => update(id, { facility: 'HOSP-B' });
  await expect
    .poll(async () => codeOf(await his.ask(message(`b${Math.random()}`))).slice(0, 2), {
      timeout: 10_000,
    })
    .toBe('AR');
  await pool.query(
    `update hospitals set status = 'active', frozen = '{ingest}' where hospital = 'HOSP-B'`,
  );
  await expect
    .poll(async () => codeOf(await his.ask(message(`b${Math.random()}`))).slice(0, 2), {
      timeout: 10_000,
    })
    .toBe('AE');
  await his.close();
});

test('more connections than may be are ended', async () => {
  const small = await testGateway({ connectionsMax: 1 });
  const first = await sender(small.port);
  expect(codeOf(await first.ask(update('one')))).toBe('AA one');
  const second = await sender(small.port);
  await second.ended();
  expect(codeOf(await first.ask(update('still')))).toBe('AA still');
  await first.close();
  await small.close();
});

test('who sends a message too slowly, or nothing at all, is sent away', async () => {
  const slow = await testGateway({ messageMs: 200, idleMs: 400 });
  const his = await sender(slow.port);
  const drip = setInterval(() => his.write('x'), 20);
  his.write('\x0bMSH|');
  await his.ended();
  clearInterval(drip);
  await expect.poll(() => slow.lost).toEqual(['unfinished']);
  const silent = await sender(slow.port);
  await silent.ended();
  const good = await sender(slow.port);
  expect(codeOf(await good.ask(update('in-time')))).toBe('AA in-time');
  await good.close();
  await slow.close();
});
