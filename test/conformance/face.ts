import { inject } from 'vitest';
import { multipart } from '../acceptance/multipart.js';
import { signToken } from '../acceptance/sign-token.js';

const ROLES = ['modality', 'radiologist', 'physician', 'records-manager'];

/** A request; `path` starts at the DICOMweb root unless it is `/wado…`, `accept` is the Accept field. */
export type Asking = Readonly<{
  path: string;
  method?: string;
  accept?: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer> | string;
}>;

/** An answer, read to its end. */
export type Seen = Readonly<{ status: number; headers: Headers; body: Buffer<ArrayBuffer> }>;

/** One caller's requests to the archive's DICOMweb face. */
export type Face = Readonly<{
  token: string;
  ask: (asking: string | Asking) => Promise<Seen>;
  /** Stores these files in one request; `study` is that of the path. */
  store: (files: readonly Uint8Array[], study?: string) => Promise<Seen>;
}>;

/** The address of the archive: scheme, host and port. */
export const originOf = (): string => inject('archive').origin;

/** Whatever this hospital's people may do, one caller may. */
export async function faceOf(hospital: string, roles: readonly string[] = ROLES): Promise<Face> {
  const { origin, data } = inject('archive');
  const token = await signToken(data, { org: hospital, roles });
  return faceWith(origin, token);
}

/** A caller with this token; without one when it is empty. */
export function faceWith(origin: string, token: string): Face {
  const ask = async (asking: string | Asking): Promise<Seen> => {
    const { path, method, accept, headers, body } =
      typeof asking === 'string' ? { path: asking } : asking;
    const answer = await fetch(origin + rooted(path), {
      method: method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(accept === undefined ? {} : { accept }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, headers: answer.headers, body: bytes };
  };
  return {
    token,
    ask,
    store: (files, study) => {
      const { headers, body } = multipart(files);
      return ask({ path: study ? `/studies/${study}` : '/studies', method: 'POST', headers, body });
    },
  };
}

/** The path below the archive's address. */
export const rooted = (path: string): string =>
  path.startsWith('/wado') ? path : `/dicom-web${path}`;
