import type { PackedFile, PackedStudy } from './package-format.js';
import type { PackageFinding, ReadStudy } from './package-study.js';

type Kept = Readonly<{ file: PackedFile; text: Buffer }>;

/** Keeps the files of one study until the last of them, which names the others. */
export function openStudyFiles() {
  const kept = new Map<string, Kept>();
  const others = (named: ReadonlySet<string>): readonly PackageFinding[] =>
    [...kept.keys()]
      .filter((path) => !named.has(path))
      .map((path) => ({ what: path, fault: 'inserted' }));
  return {
    take: (file: PackedFile, text: Buffer) => void kept.set(file.path, { file, text }),
    /** What was read of the study, and what it doesn't name. Throws when it is no JSON. */
    end: (text: Buffer): Readonly<{ read: ReadStudy; leftOver: readonly PackageFinding[] }> => {
      const study = JSON.parse(text.toString()) as PackedStudy;
      const read = readStudy(study, kept);
      const paths = [...study.files, ...read.objects].map(({ path }) => path);
      const leftOver = others(new Set(paths));
      kept.clear();
      return { read, leftOver };
    },
    /** What came behind the last study. */
    rest: () => others(new Set()),
  };
}

function readStudy(study: PackedStudy, kept: ReadonlyMap<string, Kept>): ReadStudy {
  const linesOf = <T>(kind: string): readonly T[] =>
    study.files
      .filter(({ path }) => path.startsWith(`studies/${study.claim}/${kind}-`))
      .flatMap(({ path }) => kept.get(path)?.text.toString().split('\n') ?? [])
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as T);
  return {
    study,
    objects: linesOf('objects'),
    events: linesOf('events'),
    proofs: linesOf('proofs'),
    found: new Map([...kept].map(([path, { file }]) => [path, file])),
  };
}
