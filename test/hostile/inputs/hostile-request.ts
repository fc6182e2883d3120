import { type Random, seededRandom } from '../../simulation/long/seeded-random.js';
import { ctSlice, part10 } from '../../support/part10.js';
import type { RawRequest } from '../exchange.js';
import { changeBytes } from './change-bytes.js';
import { changeElements } from './change-elements.js';
import { hostilePath } from './hostile-path.js';
import { hostileFile } from './input-of-seed.js';

/** A request as bytes. `files`: the parts of a store whose framing is right, so that each must have its outcome. `mayBreakOff`: it's no whole request, and may get no answer. */
export type HostileRequest = Readonly<{
  kind: string;
  raw: RawRequest;
  files?: readonly Buffer[];
  mayBreakOff: boolean;
}>;

/** What requests are made for: where, by whom, and instances that are there. */
export type Surroundings = Readonly<{ host: string; token: string; instances: readonly string[] }>;

const SPREAD = 2_246_822_519;
const BOUNDARY = 'hostile-7d1';
const PARTS_MAX = 3;
/** Without these the body isn't closed. */
const CLOSING_BYTES = 4;

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[random(values.length)] as Value;

/** The request of a seed: the same for the same seed, corpus and surroundings. */
export function hostileRequest(seed: number, around: Surroundings): HostileRequest {
  const random = seededRandom(Math.imul(seed + 1, SPREAD));
  for (let warm = 0; warm < 4; warm++) random(2);
  if (random(2) === 0) return hostileStore(random, seed, around);
  const { path, head } = hostilePath(random, around.instances);
  const lines = [`GET ${path} HTTP/1.1`, ...commonHead(around), ...head, '', ''];
  return {
    kind: 'GET',
    raw: { bytes: [Buffer.from(lines.join('\r\n'), 'latin1')], end: 'wait' },
    mayBreakOff: false,
  };
}

const commonHead = ({ host, token }: Surroundings): readonly string[] => [
  `Host: ${host}`,
  `Authorization: Bearer ${token}`,
  'Connection: close',
];

type Framed = Readonly<{
  kind: string;
  body: Buffer;
  type?: string;
  length?: number;
  chunked?: boolean;
  path?: string;
  files?: readonly Buffer[];
  isCut?: boolean;
  /** Bytes that belong to no request come behind it: the connection may be closed before it is answered. */
  isLoose?: boolean;
}>;

function hostileStore(random: Random, seed: number, around: Surroundings): HostileRequest {
  const files = Array.from({ length: 1 + random(PARTS_MAX) }, (_, part) =>
    fileOf(random, seed, part),
  );
  const framed = frame(random, files);
  const { kind, body, type, length, chunked, path, isCut, isLoose } = framed;
  const lines = [
    `POST ${path ?? '/dicom-web/studies'} HTTP/1.1`,
    ...commonHead(around),
    `Content-Type: ${type ?? `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`}`,
    chunked === true ? 'Transfer-Encoding: chunked' : `Content-Length: ${length ?? body.length}`,
    '',
    '',
  ];
  return {
    kind,
    raw: {
      bytes: [Buffer.from(lines.join('\r\n'), 'latin1'), body],
      end: isCut === true ? 'half-close' : 'wait',
    },
    ...(framed.files === undefined ? {} : { files: framed.files }),
    mayBreakOff: isCut === true || isLoose === true,
  };
}

/* Half of them begin as sound slices with UIDs of their own, so that they get past the first checks. */
function fileOf(random: Random, seed: number, part: number): Buffer {
  if (random(3) === 0) return hostileFile(seed * PARTS_MAX + part).bytes;
  const study = `1.2.826.0.2.${random(40)}`;
  const slice = part10(
    ctSlice({ study, series: `${study}.${random(3)}`, instance: `1.2.826.0.3.${seed}.${part}` }),
  );
  if (random(4) === 0) return slice;
  return random(3) === 0 ? changeBytes(random, slice) : changeElements(random, slice);
}

const multipartOf = (files: readonly Buffer[]): Buffer =>
  Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from(`\r\n--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
      file,
    ]),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);

function frame(random: Random, files: readonly Buffer[]): Framed {
  const body = multipartOf(files);
  const frames: readonly (() => Framed)[] = [
    () => ({ kind: 'POST, its DICOM changed', body, files }),
    () => ({ kind: 'POST, its DICOM changed', body, files }),
    () => ({ kind: 'POST, its DICOM changed', body, files }),
    () => ({ kind: 'POST to a study', body, files, path: '/dicom-web/studies/1.2.826.0.2.1' }),
    () => ({ kind: 'POST, bytes of the body changed', body: changeBytes(random, body) }),
    () => ({ kind: 'POST, its framing changed', body: changeFraming(random, body) }),
    () => ({
      kind: 'POST, cut short',
      body: body.subarray(0, random(body.length)),
      length: body.length,
      isCut: true,
    }),
    () => ({
      kind: 'POST, its length too short',
      body,
      length: random(body.length - CLOSING_BYTES),
      isLoose: true,
    }),
    () => ({
      kind: 'POST, its length too long',
      body,
      length: body.length + 1 + random(5000),
      isCut: true,
    }),
    () => ({ kind: 'POST, its type changed', body, type: hostileType(random) }),
    () => ({ kind: 'POST in chunks', body: inChunks(body), chunked: true }),
    () => ({
      kind: 'POST in broken chunks',
      body: inBrokenChunks(random, body),
      chunked: true,
      isCut: true,
    }),
  ];
  return pick(random, frames)();
}

const FRAMINGS = [
  `\r\n--${BOUNDARY}\r\n`,
  `\r\n--${BOUNDARY}--\r\n`,
  `--${BOUNDARY}`,
  `\r\n--${BOUNDARY}`,
  `\n--${BOUNDARY}\n\n`,
  `\r\n--${BOUNDARY}\r\n\r\n`,
  `\r\n--${BOUNDARY}\r\nContent-Length: 99999999999\r\n\r\n`,
  `\r\n--${BOUNDARY}\r\nContent-Type: text/html\r\n\r\n`,
  `\r\n--${BOUNDARY}\r\n${'X-A: b\r\n'.repeat(40)}\r\n`,
  `\r\n--${BOUNDARY}\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
  `\r\n--${BOUNDARY}\r\n: \r\n\0\r\n\r\n`,
  `\r\n--${BOUNDARY} \t \r\n\r\n`,
  '\r\n\r\n',
  '\r',
  '\0',
];

function changeFraming(random: Random, body: Buffer): Buffer {
  const at = random(2) === 0 ? random(80) : random(body.length);
  const piece = Buffer.from(pick(random, FRAMINGS));
  const gone = random(3) === 0 ? piece.length : 0;
  return Buffer.concat([body.subarray(0, at), piece, body.subarray(at + gone)]);
}

const hostileType = (random: Random): string =>
  pick(random, [
    'multipart/related',
    `multipart/related; boundary=`,
    `multipart/related; boundary="${BOUNDARY}`,
    'multipart/related; boundary=other',
    `multipart/related; boundary="${'b'.repeat(71)}"`,
    `multipart/related; boundary=${BOUNDARY}; boundary=x`,
    `multipart/related; type="text/html"; boundary=${BOUNDARY}`,
    `multipart/related; type="application/dicom+json"; boundary=${BOUNDARY}`,
    `MULTIPART/Related ; TYPE=Application/DICOM ; BOUNDARY=${BOUNDARY}`,
    'application/dicom',
    'text/html',
    '',
    '/',
    ';;;',
    `multipart/related; ${'a=b; '.repeat(500)}boundary=${BOUNDARY}`,
    `multipart/related; boundary="\\"\\"\\-"`,
    `multipart/form-data; boundary=${BOUNDARY}`,
    'multipart/related; boundary=%00',
    `multipart/related; boundary="--"`,
    `multipart/related; boundary=\u00ff`,
  ]);

const inChunks = (body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${body.length.toString(16)};x="y"\r\n`),
    body,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);

/* No last chunk, or a length that no chunk has. */
function inBrokenChunks(random: Random, body: Buffer): Buffer {
  const wrong = pick(random, [
    'ffffffffffffffff',
    '-1',
    '0',
    'zz',
    '',
    (body.length + 7).toString(16),
  ]);
  const size = random(3) === 0 ? body.length.toString(16) : wrong;
  return Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from('\r\n')]);
}
