import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = (folder) => join(folder, 'size.json');

/**
 * What has been made and measured in a folder. `filled`: studies below this number are committed; `samples` of the fill, oldest first;
 * `stages`: what was measured, by number of studies.
 */
export function openState({ folder, plan, resume }) {
  const known = readState(folder);
  if (known === undefined) return { folder, plan, filled: 0, samples: [], stages: {} };
  if (!resume)
    throw new Error(`${folder} has a population already: give --resume, or another --folder`);
  if (JSON.stringify(known.plan) !== JSON.stringify(plan))
    throw new Error(`the population in ${folder} is another: ${JSON.stringify(known.plan)}`);
  return { folder, ...known };
}

/** The state that was kept in the folder; undefined when there is none. */
export function readState(folder) {
  if (!existsSync(file(folder))) return undefined;
  return JSON.parse(readFileSync(file(folder), 'utf8'));
}

/** Keeps the state; never half of it. */
export function keepState({ folder, ...state }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file(folder)}.new`, `${JSON.stringify(state)}\n`);
  renameSync(`${file(folder)}.new`, file(folder));
}
