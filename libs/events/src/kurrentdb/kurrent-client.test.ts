import { expect, test } from 'vitest';
import { kurrentClient } from './kurrent-client.js';

const HOST = 'kurrentdb://someone:secret@127.0.0.1:2113';

test.each([
  ['an unknown option', `${HOST}?tls=true&colour=red`, 'unknown option colour'],
  ['no host', 'kurrentdb://', 'can not be read'],
  ['another protocol', 'https://someone:secret@127.0.0.1:2113', 'can not be read'],
  ['a value that is none', `${HOST}?tls=perhaps`, 'can not be read'],
  ['a certificate that is not there', `${HOST}?tlsCAFile=/none.pem`, 'certificate file'],
])('a URL with %s is refused, and the password is not told', (_, url, reason) => {
  const refused = () => kurrentClient(url);
  expect(refused).toThrow(reason);
  expect(refused).not.toThrow('secret');
});

test.each([
  '?tls=false',
  '/?tls=false',
  '?tls=false&defaultDeadline=5000&node_preference=leader',
  '',
])('a URL that ends with "%s" makes a client', async (end) => {
  await kurrentClient(`${HOST}${end}`).dispose();
});
