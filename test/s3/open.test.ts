import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openS3ObjectStore } from '#storage/s3/s3-object-store';
import { type S3Settings, S3SettingsFault } from '#storage/s3/s3-settings';
import { bodyOf, bytesOf, collect } from '../../libs/storage/src/body.testing.js';
import { ObjectStoreUnavailable } from '../../libs/storage/src/object-store.js';
import { putToS3 } from '../support/s3-bucket.js';
import { newBucket, newStore } from './open-store.js';

const KEY = 'packs/landing/a1/one';

const open = (settings: S3Settings) =>
  openS3ObjectStore({
    settings,
    report: () => undefined,
    limits: { attemptsMax: 2, waitMs: 1 },
  });

describe('opening a store in S3', () => {
  test('a bucket that is not there is said', async () => {
    const settings = { ...(await newBucket()), bucket: 'not-there' };
    await expect(open(settings)).rejects.toThrow(new S3SettingsFault('S3 has no bucket not-there'));
  });

  test('keys that are wrong are said, and not shown', async () => {
    const settings = await newBucket();
    for (const wrong of [{ secretKey: 'wrong-secret' }, { accessKey: 'WRONGKEY' }]) {
      const failed = await open({ ...settings, ...wrong }).catch((error) => error);
      expect(failed).toBeInstanceOf(S3SettingsFault);
      for (const secret of [settings.secretKey, settings.accessKey, ...Object.values(wrong)])
        expect(`${failed.message}`).not.toContain(secret);
    }
  });

  test('an S3 that is not there is unavailable', async () => {
    const settings = { ...(await newBucket()), endpoint: 'http://127.0.0.1:1' };
    await expect(open(settings)).rejects.toBeInstanceOf(ObjectStoreUnavailable);
  });

  test('a file of certificates that is not there is said', async () => {
    const settings = { ...(await newBucket()), caFile: '/not/there.pem' };
    await expect(open(settings)).rejects.toBeInstanceOf(S3SettingsFault);
  });

  test('a put that is not allowed is refused as not-permitted, and leaves nothing', async () => {
    const { store, settings, residue, close } = await newStore();
    await store.put(KEY, bodyOf(bytesOf(10)));
    const body = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: ['s3:PutObject'],
          Resource: [`arn:aws:s3:::${settings.bucket}/*`],
        },
      ],
    });
    await putToS3(inject('s3'), { path: `/${settings.bucket}`, query: [['policy', '']], body });
    for (const bytes of [1000, 20_000_000])
      await expect(store.put(`${KEY}-${bytes}`, bodyOf(bytesOf(bytes)))).rejects.toEqual(
        expect.objectContaining({ refusal: 'not-permitted' }),
      );
    expect(await store.size(KEY)).toBe(10);
    expect(await residue()).toEqual([]);
    await close();
  });

  test('opening again, in a bucket of any kind, changes nothing', async () => {
    for (const options of [{}, { versioned: true }, { objectLock: true }]) {
      const { store, settings, close } = await newStore(options);
      await store.put(KEY, bodyOf(bytesOf(10)));
      const again = await open(settings);
      expect((await collect(await again.stream(KEY))).equals(bytesOf(10))).toBe(true);
      await expect(again.put(KEY, bodyOf())).rejects.toEqual(
        expect.objectContaining({ refusal: 'exists' }),
      );
      await again.remove(KEY);
      expect(await store.size(KEY)).toBeUndefined();
      await Promise.all([close(), again.close()]);
    }
  });
});

describe('a bucket that locks what is written', () => {
  test('is opened and written to, also again; what is locked stays, and removing it says so', async () => {
    const settings = await newBucket({ objectLock: true });
    const body =
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>' +
      '<Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>';
    const query = [['object-lock', '']] as const;
    await putToS3(inject('s3'), { path: `/${settings.bucket}`, query, body });
    for (const [turn, bytes] of [1000, 11_000_000].entries()) {
      const store = await open(settings);
      const key = `${KEY}-${turn}`;
      await store.put(key, bodyOf(bytesOf(bytes)));
      await expect(store.put(key, bodyOf(bytesOf(10)))).rejects.toEqual(
        expect.objectContaining({ refusal: 'exists' }),
      );
      await expect(store.remove(key)).rejects.toThrow('S3 answered 403 AccessDenied');
      expect(await store.unfinishedUploads()).toEqual([]);
      await store.close();
    }
  });
});

describe('an S3 behind TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arkim-s3-tls-'));
  const key = join(folder, 'key.pem');
  const caFile = join(folder, 'certificate.pem');
  let endpoint = '';
  let stop: () => void;

  beforeAll(async () => {
    const subject = ['-subj', '/CN=s3', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const words = [
      'req',
      '-x509',
      ...kind,
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      caFile,
    ];
    execFileSync('openssl', words, { stdio: 'pipe' });
    const { hostname, port } = new URL(inject('s3').endpoint);
    const pems = { key: readFileSync(key), cert: readFileSync(caFile) };
    const server = createServer(pems, (socket) => {
      const upstream = connect(Number(port), hostname);
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
      socket.pipe(upstream).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stop = () => server.close();
  });
  afterAll(() => {
    stop();
    rmSync(folder, { recursive: true });
  });

  test('is trusted with its certificate in the file that is named', async () => {
    const store = await open({ ...(await newBucket()), endpoint, caFile });
    await store.put(KEY, bodyOf(bytesOf(10_000_000)));
    expect((await collect(await store.stream(KEY))).equals(bytesOf(10_000_000))).toBe(true);
    expect(await store.unfinishedUploads()).toEqual([]);
    await store.close();
  });

  test('is not trusted without', async () => {
    const settings = { ...(await newBucket()), endpoint };
    await expect(open(settings)).rejects.toThrow(/CERT/);
  });
});
