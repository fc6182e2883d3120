import { expect, test } from 'vitest';
import { databaseAccess } from './database-access.js';

const postgresUrl = 'postgresql://arkim_api:a%20word@db:5432/pacs?sslmode=verify-full';

test('without a pooler all goes to the server', () =>
  expect(databaseAccess({ postgresUrl, poolerUrl: undefined })).toEqual({
    pools: { url: postgresUrl },
    sessions: { url: postgresUrl },
  }));
test.each([
  ['postgresql://pooler:6432', 'postgresql://arkim_api:a%20word@pooler:6432/pacs'],
  [
    'postgresql://pooler/other?sslmode=verify-full',
    'postgresql://arkim_api:a%20word@pooler/other?sslmode=verify-full',
  ],
])(
  'by way of %s pools log in as the program does, and sessions go to the server',
  (poolerUrl, url) =>
    expect(databaseAccess({ postgresUrl, poolerUrl })).toEqual({
      pools: { url, isPooler: true },
      sessions: { url: postgresUrl },
    }),
);
