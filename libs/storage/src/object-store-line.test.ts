import { expect, test } from 'vitest';
import { ObjectRefused, ObjectStoreUnavailable } from './object-store.js';
import { objectStoreLine } from './object-store-line.js';
import { ObjectsElsewhere } from './objects-home.js';
import { S3SettingsFault } from './s3/s3-settings.js';

const S3 = {
  endpoint: 'https://s3.example',
  bucket: 'images',
  region: 'us-east-1',
  accessKey: 'access-key-1',
  secretKey: 'very-secret',
  caFile: undefined,
};

test.each([
  [new ObjectsElsewhere('elsewhere'), 'elsewhere'],
  [
    new S3SettingsFault('S3 has no bucket images'),
    /^S3 has no bucket images, at .*ARKIM_S3_BUCKET/,
  ],
  [
    new ObjectRefused('not-permitted'),
    /takes no objects \(not-permitted\): see ARKIM_S3_ACCESS_KEY/,
  ],
  [
    new ObjectStoreUnavailable('no answer'),
    /https:\/\/s3.example can't be used: no answer; see ARKIM/,
  ],
])('%s is one line for the operator, without a secret', (error, line) => {
  const told = objectStoreLine(error, S3);
  expect(told).toMatch(line);
  expect(told).not.toMatch(/\n|very-secret|access-key-1/);
});
test('a fault of anything else is none of the object store', () => {
  expect(objectStoreLine(new Error('x'), S3)).toBeUndefined();
  expect(objectStoreLine(new ObjectRefused('no-space'), undefined)).toBeUndefined();
});
