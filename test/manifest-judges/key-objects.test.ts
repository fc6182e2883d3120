import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madeManifests } from './made-manifests.js';

const run = promisify(execFile);
const OPTIONS = { maxBuffer: 64 * 1024 * 1024, encoding: 'latin1' } as const;

let manifests: Awaited<ReturnType<typeof madeManifests>>;
beforeAll(async () => {
  manifests = await madeManifests();
});
afterAll(() => manifests.close());

/** Errors that dciodvfy finds; it exits with 1 when there are any. */
async function errorsOf(path: string): Promise<ReadonlySet<string>> {
  const { stderr } = await run('dciodvfy', [path], OPTIONS).catch(
    (error: Error & { stderr?: string; code?: unknown }) => {
      if (typeof error.code !== 'number' || error.stderr === undefined) throw error;
      return { stderr: error.stderr };
    },
  );
  return new Set(stderr.split('\n').filter((line) => line.startsWith('Error')));
}

type Node = Readonly<{
  relation: string;
  type: string;
  concept: string;
  value: string | null;
  content: readonly Node[];
}>;

/** What pydicom reads. */
const readBack = async (path: string) => {
  const script = join(import.meta.dirname, 'read_manifest.py');
  const { stdout } = await run('/usr/bin/python3', [script, path], {
    ...OPTIONS,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as {
    [name: string]: string;
  } & {
    tree: Node;
    evidence: readonly { series: string; url: string; location: string; instances: string[] }[];
  };
};

const valuesOf = ({ content }: Node, concept: string) =>
  content.filter((node) => node.concept === concept).map(({ value }) => value);
const referencesIn = ({ content }: Node) =>
  content
    .filter(({ type }) => ['IMAGE', 'COMPOSITE', 'WAVEFORM'].includes(type))
    .map(({ value }) => value);

/** Value types that CP-2595 adds to Key Object Selection, and that this dciodvfy doesn't know. */
const NEWER_THAN_THE_JUDGE = ['DATE', 'TIME', 'NUM'].map(
  (type) => `Error - Unrecognized enumerated value <${type}> for value 1 of attribute <Value Type>`,
);

describe('the KOS of XDS-I.b', () => {
  test('passes dciodvfy', async () => {
    expect(manifests.made.length).toBeGreaterThan(3);
    for (const { kos } of manifests.made) expect([...(await errorsOf(kos))]).toEqual([]);
  });
  test('references all instances that are held, as pydicom reads it', async () => {
    for (const { kos, study, claim, held } of manifests.made) {
      const read = await readBack(kos);
      expect(read).toMatchObject({
        ...{ sopClass: '1.2.840.10008.5.1.4.1.1.88.59', modality: 'KO', study, template: '2010' },
        tree: { type: 'CONTAINER', concept: '113030' },
      });
      expect(read['metaInstance']).toBe(read['instance']);
      const evidence = read.evidence.map(({ series, instances }) => [series, instances.toSorted()]);
      const wanted = [...held].map(([series, instances]) => [series, instances.toSorted()]);
      expect(evidence.toSorted()).toEqual(wanted.toSorted());
      expect(referencesIn(read.tree).toSorted()).toEqual([...held.values()].flat().toSorted());
      const root = `http://archive.example/dicom-web/claims/${claim}`;
      for (const { url, location } of read.evidence) {
        expect(url).toBe(root);
        expect(location).toMatch(/^2\.25\.\d+$/);
      }
    }
  });
});

describe('the KOS of MADO', () => {
  test('passes dciodvfy, but for what is newer than it', async () => {
    for (const { mado } of manifests.made) {
      const others = [...(await errorsOf(mado))].filter(
        (one) => !NEWER_THAN_THE_JUDGE.includes(one),
      );
      expect(others).toEqual([]);
    }
  });
  test('describes each series in an image library, as pydicom reads it', async () => {
    for (const { mado, held } of manifests.made) {
      const { tree } = await readBack(mado);
      expect(tree.concept).toBe('MADOTEMP001');
      const library = tree.content.find(({ concept }) => concept === '111028')!;
      expect(valuesOf(library, '121139').length).toBeGreaterThan(0);
      expect(valuesOf(library, '123014')).toEqual(['63337009', '67734004']);
      expect(valuesOf(library, 'MADOTEMP009')).toEqual([String(held.size)]);
      const groups = library.content.filter(({ concept }) => concept === '126200');
      const described = groups.map((group) => [
        ...[valuesOf(group, '112002')[0], valuesOf(group, 'MADOTEMP007')[0]],
        referencesIn(group).toSorted(),
      ]);
      const wanted = [...held].map(([series, instances]) => [
        ...[series, String(instances.length)],
        instances.toSorted(),
      ]);
      expect(described.toSorted()).toEqual(wanted.toSorted());
    }
  });
  test('has another identity than that of XDS-I.b, in the same series', async () => {
    for (const { kos, mado } of manifests.made.slice(0, 2)) {
      const [one, other] = await Promise.all([readBack(kos), readBack(mado)]);
      expect(one['instance']).not.toBe(other['instance']);
      expect(one['patient']).toBe(other['patient']);
    }
  });
});
