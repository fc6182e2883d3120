import { seededRandom } from '../../simulation/long/seeded-random.js';
import { changeBytes, splice } from './change-bytes.js';
import { changeElements } from './change-elements.js';
import { bytesOf, corpus } from './corpus.js';
import { MONSTERS } from './monsters.js';

/** `kind` says what was done, for the report. */
export type HostileFile = Readonly<{ kind: string; bytes: Buffer }>;

const SPREAD = 2_654_435_761;
let files: readonly string[] | undefined;

/** The hostile file of a seed: the same bytes for the same seed and corpus. */
export function hostileFile(seed: number): HostileFile {
  const random = seededRandom(Math.imul(seed + 1, SPREAD));
  files ??= corpus();
  for (let warm = 0; warm < 4; warm++) random(2);
  const file = files[random(files.length)] ?? '';
  const kind = random(20);
  if (kind === 0) return { kind: 'as it is', bytes: bytesOf(file) };
  if (kind < 8) return { kind: 'changed bytes', bytes: changeBytes(random, bytesOf(file)) };
  if (kind < 16) return { kind: 'changed elements', bytes: changeElements(random, bytesOf(file)) };
  if (kind < 17) {
    const other = bytesOf(files[random(files.length)] ?? file);
    return { kind: 'spliced', bytes: splice(random, bytesOf(file), other) };
  }
  const monster = MONSTERS[random(MONSTERS.length)];
  const bytes = monster?.(random, `1.2.826.0.1.${seed}`) ?? Buffer.alloc(0);
  return { kind: monster?.name ?? 'empty', bytes };
}
