import { expect, test } from 'vitest';
import { readConfig } from '#platform/config';
import { announcement, originOf } from './announcement.js';

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['::', 'http://[::1]:8080'],
  ['fe80::1', 'http://[fe80::1]:8080'],
  ['archive.example', 'http://archive.example:8080'],
])('an archive that listens on %s is reached under %s', (host, origin) =>
  expect(originOf({ host, port: 8080 })).toBe(origin),
);
test('a demonstration tells a token command for its data folder, whatever that is called', () => {
  const config = readConfig({ ARKIM_DEMO: '1', ARKIM_DATA: "/srv/the hospital's data" });
  expect(announcement(config, '1.0')).toContain(
    "ARKIM_DATA='/srv/the hospital'\\''s data' npm run --silent token -- --org HOSP-A",
  );
});
test('outside a demonstration there is nothing about tokens', () =>
  expect(announcement(readConfig({}), '1.0')).not.toContain('token'));
