import { expect } from 'vitest';
import type { RunningArchive } from './archive.js';
import { multipart } from './multipart.js';
import type { Claims } from './sign-token.js';

/** What is asked beside the path; `accept` is the Accept field. */
export type Asking = Readonly<{
  accept?: string;
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: NonNullable<RequestInit['body']>;
}>;

/** One caller's HTTP, by plain fetch. Paths start at the archive's root. */
export type Caller = Readonly<{
  token: string;
  ask: (path: string, asking?: Asking) => Promise<Response>;
  /** A search below `/dicom-web`, expected to be answered. */
  search: (path: string) => Promise<readonly DicomJson[]>;
  store: (files: readonly Uint8Array[], asking?: Asking & { study?: string }) => Promise<Response>;
}>;

/** PS3.18 §F.2. */
export type DicomJson = Readonly<
  Record<string, Readonly<{ vr: string; Value?: unknown[]; BulkDataURI?: string }>>
>;

export async function callerOf(archive: RunningArchive, claims: Claims): Promise<Caller> {
  return callerWith(archive, await archive.token(claims));
}

export function callerWith({ origin }: RunningArchive, token: string): Caller {
  const ask = (path: string, { accept, method, headers, body }: Asking = {}) =>
    fetch(origin + path, {
      method: method ?? 'GET',
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(accept === undefined ? {} : { accept }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
  return {
    token,
    ask,
    search: async (path) => {
      const answer = await ask(`/dicom-web${path}`);
      expect(answer.status, path).toBe(200);
      return (await answer.json()) as DicomJson[];
    },
    store: (files, { study, headers, ...asking } = {}) => {
      const { headers: own, body } = multipart(files);
      const path = `/dicom-web/studies${study === undefined ? '' : `/${study}`}`;
      return ask(path, { method: 'POST', body, headers: { ...own, ...headers }, ...asking });
    },
  };
}

export type Problem = Readonly<{ type: string; status: number; title: string; detail?: string }>;

/** The problem of a refused request; no problem may name a UID or a person. */
export async function problemOf(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await answer.json()) as Problem;
  expect(problem.status).toBe(answer.status);
  expect(problem.detail?.replaceAll(/1\.2\.840\.10008\.[\d.]+/g, '') ?? '').not.toMatch(
    /\d+\.\d+\.\d+\.|\^/,
  );
  return problem;
}

/** First value of an attribute, as text. */
export const firstOf = (object: DicomJson | undefined, tag: string): string =>
  String(object?.[tag]?.Value?.[0] ?? '');

/** What a Store answer says of each instance: `stored` SOP Instance UIDs, `failed` ones with their reasons, reasons of `nameless` ones. */
export async function storeResult(answer: Response) {
  const module = (await answer.json()) as DicomJson;
  const items = (tag: string) => (module[tag]?.Value ?? []) as readonly DicomJson[];
  return {
    status: answer.status,
    stored: items('00081199').map((item) => firstOf(item, '00081155')),
    failed: items('00081198').map((item) => [
      firstOf(item, '00081155'),
      Number(firstOf(item, '00081197')),
    ]),
    nameless: items('0008119A').map((item) => Number(firstOf(item, '00081197'))),
  };
}
