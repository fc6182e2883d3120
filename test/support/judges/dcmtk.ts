import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Convention,
  type Difference,
  differences,
  type Flat,
  type JudgedDataSet,
  type JudgedElement,
} from './flat.js';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 1024 * 1024 * 1024;
/** Without its private dictionary DCMTK reads private values in implicit VR as UN, as PS3.5 §6.2.2 has it. */
const DICTIONARY = globSync('/usr/share/libdcmtk*/dicom.dic').at(-1) ?? '';
const options = { maxBuffer: OUTPUT_BYTES_MAX, env: { ...process.env, DCMDICTPATH: DICTIONARY } };

/**
 * What DCMTK makes of a file. `json`: dcm2json read it; pixel data that it can't put into JSON was taken out before.
 * `dump`: dcm2json gave up (on text that it can't convert, or values that aren't valid), so only tags and VRs are judged.
 */
export type DcmtkVerdict =
  | Readonly<{ kind: 'json'; dataSet: JudgedDataSet; withoutPixels: boolean }>
  | Readonly<{ kind: 'dump'; structure: Flat }>
  | Readonly<{ kind: 'failed' }>;

export const judgeByDcmtk = async (path: string): Promise<DcmtkVerdict> => {
  const json = (await jsonOf(path)) ?? (await jsonWithoutPixels(path));
  if (json !== undefined) return json;
  try {
    const { stdout } = await run('dcmdump', ['-q', path], { ...options, encoding: 'latin1' });
    return { kind: 'dump', structure: structureOf(stdout.split('\n')) };
  } catch {
    return { kind: 'failed' };
  }
};

const jsonOf = async (path: string, withoutPixels = false): Promise<DcmtkVerdict | undefined> => {
  try {
    const { stdout, stderr } = await run('dcm2json', ['-fc', '-ee', path], options);
    if (/^[EF]: /m.test(stderr)) return undefined;
    const dataSet = digested(JSON.parse(stdout));
    const meta = Object.keys(dataSet).filter((tag) => tag.startsWith('0002'));
    for (const tag of meta) delete dataSet[tag];
    return { kind: 'json', dataSet, withoutPixels };
  } catch {
    return undefined;
  }
};

const jsonWithoutPixels = async (path: string): Promise<DcmtkVerdict | undefined> => {
  const folder = await mkdtemp(join(tmpdir(), 'dcmtk-'));
  try {
    const copy = join(folder, 'copy.dcm');
    await copyFile(path, copy);
    await run('dcmodify', ['-q', '-nb', '-ea', '(7fe0,0010)', copy], options);
    return await jsonOf(copy, true);
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true });
  }
};

type Raw = JudgedElement & Readonly<{ InlineBinary?: string }>;

const digested = (dataSet: Readonly<Record<string, Raw>>): Record<string, JudgedElement> =>
  Object.fromEntries(
    Object.entries(dataSet)
      .filter(([tag]) => !tag.endsWith('0000'))
      .map(([tag, element]) => [tag, digestedElement(element)]),
  );

const digestedElement = (element: Raw): JudgedElement => {
  if (element.InlineBinary !== undefined) {
    const value = Buffer.from(element.InlineBinary, 'base64');
    const sha256 = createHash('sha256').update(value).digest('hex');
    return { vr: element.vr, sha256, bytes: value.length };
  }
  if (element.vr !== 'SQ') return element;
  const items = (element.Value ?? []) as readonly Readonly<Record<string, Raw>>[];
  return { vr: 'SQ', Value: items.map(digested) };
};

const DUMPED = /^( *)\(([0-9a-f]{4}),([0-9a-f]{4})\) (\S\S) /;

/** Paths and VRs of a dump; each level of nesting is indented by two spaces, items stand between a sequence and its elements. */
const structureOf = (lines: readonly string[]): Flat => {
  const structure = new Map<string, string>();
  const prefixes = [''];
  const items: number[] = [];
  for (const line of lines) {
    const [, indent = '', group = '', element = '', vr = ''] = DUMPED.exec(line) ?? [];
    const level = indent.length / 2;
    const tag = (group + element).toUpperCase();
    if (group === '' || element === '0000' || vr === 'pi' || tag.startsWith('0002')) continue;
    if (tag === 'FFFEE000') {
      items[level] = (items[level] ?? -1) + 1;
      prefixes[level + 1] = `${prefixes[level]}/${items[level]}/`;
    } else if (group !== 'fffe') {
      const path = (prefixes[level] ?? '') + tag;
      structure.set(path, vr);
      prefixes[level + 1] = path;
      items[level + 1] = -1;
    }
  }
  return structure;
};

/** VRs that DCMTK leaves open, by what they may be. */
const OPEN_VRS: Readonly<Record<string, readonly string[]>> = {
  ox: ['OB', 'OW'],
  px: ['OB', 'OW'],
  xs: ['US', 'SS'],
  lt: ['OW', 'US', 'SS'],
  up: ['UL'],
  '??': ['UN'],
};

/** Paths that are in one only, or whose VR isn't the same. */
export const structuralDifferences = (ours: Flat, theirs: Flat): Difference[] =>
  differences(new Map([...ours].map(([path, line]) => [path, line.slice(0, 2)])), theirs, [
    ({ ours, theirs }) => OPEN_VRS[theirs]?.includes(ours) === true,
    isKnownUnknown,
  ]);

const valuesOf = (line: string): unknown[] => {
  const at = line.indexOf('[');
  return at < 0 ? [] : (JSON.parse(line.slice(at)) as unknown[]);
};

const inAll = (
  { ours, theirs }: Difference,
  vr: string,
  same: (our: unknown, their: unknown) => boolean,
): boolean => {
  const [our, their] = [valuesOf(ours), valuesOf(theirs)];
  const bothAre = [ours, theirs].every((line) => line.startsWith(vr));
  return bothAre && our.length === their.length && our.every((value, i) => same(value, their[i]));
};

const isKnownUnknown = ({ path, ours, theirs }: Difference): boolean =>
  theirs.slice(0, 2) === 'UN' && ours !== '' && (Number.parseInt(path.slice(-8, -4), 16) & 1) === 0;

const nameWithoutTail = (name: unknown): string =>
  JSON.stringify(name ?? ['', '', '']).replaceAll(/\^+"/g, '"');

/** How dcm2json writes what we write otherwise; each says the same. */
export const DCMTK_CONVENTIONS: readonly Convention[] = [
  // It converts text to UTF-8 and then names UTF-8 as the character set; we keep what the file said.
  ({ path, theirs }) => path.endsWith('00080005') && theirs === 'CS ["ISO_IR 192"]',
  // It prints nine digits of a FL, which is the same single-precision number, and sixteen of a FD.
  (found) =>
    inAll(found, 'FL', (our, their) => Math.fround(Number(our)) === Math.fround(Number(their))),
  (found) => inAll(found, 'FD', (our, their) => Math.abs(Number(our) / Number(their) - 1) < 1e-14),
  // It leaves a standard attribute that was written as UN as it is; we read it by the dictionary (PS3.5 §6.2.2).
  isKnownUnknown,
  // It leaves out empty name components at the end, and then an empty name altogether.
  (found) => inAll(found, 'PN', (our, their) => nameWithoutTail(our) === nameWithoutTail(their)),
  ({ ours, theirs }) => theirs === 'PN' && nameWithoutTail(valuesOf(ours)) === '[["","",""]]',
];
