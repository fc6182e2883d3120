import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the viewer as it goes out. */
export type ViewerFile = Readonly<{
  path: string;
  bytes: number;
  type: string;
  /** How it is compressed on disk already; undefined when it isn't. */
  coding: 'br' | 'gzip' | undefined;
  /** Changes when the file does. */
  version: string;
  /** Its name changes with its content. */
  isHashed: boolean;
}>;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  wasm: 'application/wasm',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
};
/** No segment begins with a dot, none is empty, nothing is decoded: what a path can do, none of these can. */
const PLACE = /^(?:[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\/)*[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.([a-z0-9]+)$/;
const PLACE_CHARACTERS_MAX = 200;
const HASHED = /(?:^|[./])[0-9a-f]{16}\.[a-z0-9]+$/;

/** Finds the file at a place below /viewer/ in the first folder that has it, in the best coding that the client takes; undefined when there is none that may be seen. */
export async function findViewerFile(
  folders: readonly string[],
  place: string,
  acceptEncoding: string | undefined,
): Promise<ViewerFile | undefined> {
  const extension = place.length > PLACE_CHARACTERS_MAX ? undefined : PLACE.exec(place)?.[1];
  const type = extension === undefined ? undefined : TYPES[extension];
  if (type === undefined) return undefined;
  for (const folder of folders)
    for (const [suffix, coding] of codingsOf(acceptEncoding)) {
      const path = join(folder, `${place}${suffix}`);
      const found = await stat(path).catch(nothingThere);
      if (found?.isFile())
        return {
          path,
          bytes: found.size,
          type,
          coding,
          version: `${found.size.toString(36)}-${Math.trunc(found.mtimeMs).toString(36)}`,
          isHashed: HASHED.test(place),
        };
    }
  return undefined;
}

/** The bytes of the file; it is opened when the first is asked for. */
export async function* bytesOf({ path }: ViewerFile): AsyncGenerator<Buffer> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}

type Coding = readonly [suffix: string, coding: ViewerFile['coding']];

/* RFC 9110 §12.5.3; a weight of nought refuses. Every client takes the file as it is. */
function codingsOf(acceptEncoding = ''): readonly Coding[] {
  const taken = acceptEncoding
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => !/;\s*q=0(?:\.0*)?$/.test(entry))
    .map((entry) => entry.split(';')[0]?.trim());
  return [
    ...(taken.includes('br') ? [['.br', 'br'] as const] : []),
    ...(taken.includes('gzip') ? [['.gz', 'gzip'] as const] : []),
    ['', undefined],
  ];
}

function nothingThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
