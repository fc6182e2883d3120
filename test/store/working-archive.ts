import { opaqueIds } from '#index/opaque-ids';
import { findableReader } from '#index/postgres/findable-reader';
import {
  onboard,
  testApi,
  testStoreSettings,
} from '../../apps/archive-api/src/archive-api.testing.js';
import type { StoreSettings } from '../../apps/archive-api/src/store/store-settings.js';
import { archiveCore, TEST_SECRETS } from '../support/archive-core.js';

const POLL_MS = 5;
const HOSPITALS = ['HOSP-A', 'HOSP-B', 'HOSP-C'];

/** A request body, part by part. */
export type Part = Readonly<{ headers: Readonly<Record<string, string>>; body: Buffer | string }>;

/** The edge over HTTP and the worker behind it, on real PostgreSQL; objects lie in memory. */
export async function workingArchive(
  settings: Partial<StoreSettings> = {},
  changes: Parameters<typeof testApi>[1] = {},
) {
  const core = await archiveCore();
  await onboard(core.pool, ...HOSPITALS);
  const api = await testApi(core.pool, {
    objects: core.store,
    findable: findableReader(core.pool, { nowMs: Date.now }),
    ids: opaqueIds(TEST_SECRETS.lookupKey),
    keys: core.ingest.keys,
    store: { ...testStoreSettings, waitMs: 20_000, ...settings },
    ...changes,
  });
  const ask = async (path: string, init: RequestInit = {}, role = 'modality') => {
    const authorization = `Bearer ${await api.token(role)}`;
    const headers = { authorization, ...(init.headers as Record<string, string>) };
    return worked(fetch(`${api.url}/dicom-web${path}`, { ...init, headers }));
  };
  /** The answer, while the worker does what comes. */
  const worked = async (asked: Promise<Response>): Promise<Response> => {
    let isOpen = true;
    const answer = asked.finally(() => {
      isOpen = false;
    });
    while (isOpen) {
      await core.work();
      await new Promise((go) => setTimeout(go, POLL_MS));
    }
    return answer;
  };
  return {
    api,
    core,
    ask,
    worked,
    store: (type: string, parts: readonly Part[], boundary = 'edge') =>
      ask('/studies', {
        method: 'POST',
        headers: { 'content-type': `multipart/related; type="${type}"; boundary="${boundary}"` },
        body: multipartBody(parts, boundary),
      }),
    close: async () => {
      await api.close();
      await core.close();
    },
  };
}

export type WorkingArchive = Awaited<ReturnType<typeof workingArchive>>;

export function multipartBody(parts: readonly Part[], boundary: string): Buffer<ArrayBuffer> {
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(`--${boundary}\r\n`),
    ...Object.entries(headers).map(([name, value]) => Buffer.from(`${name}: ${value}\r\n`)),
    Buffer.from('\r\n'),
    Buffer.from(body as string),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]) as Buffer<ArrayBuffer>;
}
