import { expect, test } from 'vitest';
import { addressGuard, readNetwork } from './public-address.js';

const guard = addressGuard([]);

test.each([
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fc00::1',
  'fd12:3456::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::FFFF:10.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  'localhost',
  '',
])('%s is not called', (address) => expect(guard.isPermitted(address)).toBe(false));

test.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
  '%s is of the Internet',
  (address) => expect(guard.isPermitted(address)).toBe(true),
);

test('a network that is named is called too, and no other', () => {
  const { isPermitted } = addressGuard(['10.20.0.0/16', 'fd00:1::/32']);
  expect(
    ['10.20.3.4', '10.21.0.1', 'fd00:1::5', 'fd00:2::5', '::ffff:10.20.0.1'].map(isPermitted),
  ).toEqual([true, false, true, false, true]);
});

test('a host is called when all of its addresses may be', async () => {
  await expect(guard.resolve('localhost')).rejects.toThrow('may be called');
  await expect(guard.resolve('[::1]')).rejects.toThrow('may be called');
  await expect(guard.resolve('2130706433')).rejects.toThrow();
  expect(await addressGuard(['127.0.0.0/8']).resolve('127.0.0.1')).toEqual([
    { address: '127.0.0.1', family: 4 },
  ]);
  expect(await guard.resolve('1.1.1.1')).toEqual([{ address: '1.1.1.1', family: 4 }]);
});

test('what is no network is told', () => {
  expect(['10.0.0.0', '10.0.0.0/33', 'x/8', '::/129', '10.0.0/8'].map(readNetwork)).toEqual(
    Array(5).fill(undefined),
  );
});
