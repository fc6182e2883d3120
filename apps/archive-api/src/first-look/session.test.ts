import { expect, test } from 'vitest';
import { isOwnForm, type SessionRequest, sessionCookie, sessionToken } from './session.js';

const TOKEN = 'aaa.bbb.ccc';
const request = (
  headers: SessionRequest['headers'],
  method = 'GET',
  localAddress = '127.0.0.1',
): SessionRequest => ({
  method,
  headers: { host: 'localhost:8080', ...headers },
  socket: { localAddress, localPort: 8080 },
});
const cookie = `theme=dark; arkim-demo-8080=${TOKEN}`;

test.each(['GET', 'HEAD'])('a session counts for %s', (method) =>
  expect(sessionToken(request({ cookie }, method))).toBe(TOKEN),
);
test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'get'])(
  'a session counts for nothing at %s',
  (method) => expect(sessionToken(request({ cookie }, method))).toBeUndefined(),
);
test.each(['same-origin', 'none'])('a session counts when the browser says %s', (site) =>
  expect(sessionToken(request({ cookie, 'sec-fetch-site': site }))).toBe(TOKEN),
);
test.each(['same-site', 'cross-site'])('a session counts for nothing when a %s page asks', (site) =>
  expect(sessionToken(request({ cookie, 'sec-fetch-site': site }))).toBeUndefined(),
);
test.each([
  ['of another port', 'arkim-demo-8081=aaa.bbb.ccc'],
  ['whose name only ends so', 'xarkim-demo-8080=aaa.bbb.ccc'],
  ['that holds no token', 'arkim-demo-8080=hello'],
  ['that holds more than a token', 'arkim-demo-8080=aaa.bbb.ccc x'],
  ['that is empty', 'arkim-demo-8080='],
])('a cookie %s is none', (_what, other) =>
  expect(sessionToken(request({ cookie: other }))).toBeUndefined(),
);
test.each(['evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example', ''])(
  'on this machine the name %j is not ours, whatever it leads to',
  (host) => {
    expect(sessionToken(request({ cookie, host }))).toBeUndefined();
    const origin = `http://${host}`;
    expect(isOwnForm(request({ host, origin }, 'POST'))).toBe(false);
  },
);
test('an archive that the network reaches may have any name', () =>
  expect(sessionToken(request({ cookie, host: 'archive.example' }, 'GET', '10.0.0.4'))).toBe(
    TOKEN,
  ));
test.each([
  [{ 'sec-fetch-site': 'same-origin' }, true],
  [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ origin: 'http://localhost:8080' }, true],
  [{ origin: 'http://localhost:9090' }, false],
  [{ origin: 'null' }, false],
  [{}, false],
])('a form with %j is ours: %s', (headers, own) =>
  expect(isOwnForm(request(headers, 'POST'))).toBe(own),
);
test('a cookie is for no script, no other site, and with https for nothing else', () => {
  expect(sessionCookie(request({}), TOKEN)).toBe(
    `arkim-demo-8080=${TOKEN}; Path=/; HttpOnly; SameSite=Strict`,
  );
  expect(sessionCookie(request({ 'x-forwarded-proto': 'https' }), TOKEN)).toMatch(/; Secure$/);
  expect(sessionCookie(request({}), '')).toMatch(/^arkim-demo-8080=;.*; Max-Age=0$/);
});
