import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonWithPydicom } from '../support/judges/pydicom.js';
import { writeSamples } from './written-files.js';

/** Files that have a DS which is no number: pydicom gives up on their JSON. */
const NO_NUMBER = 'failed: ValueError could not convert string to float';

let samples: Awaited<ReturnType<typeof writeSamples>>;
beforeAll(async () => {
  samples = await writeSamples();
});
afterAll(() => samples.remove());

test('pydicom reads from every written file what it reads from its JSON', async () => {
  const script = join(import.meta.dirname, 'from_json.py');
  const python = spawn(pythonWithPydicom(), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  python.stdin.end(samples.files.map(({ json, written }) => `${json}\t${written}\n`).join(''));
  const differing: string[] = [];
  let compared = 0;
  for await (const line of createInterface({ input: python.stdout })) {
    const found = JSON.parse(line) as string[];
    differing.push(...found.map((one) => `${samples.files[compared]?.file} ${one}`));
    compared += 1;
  }
  expect(compared).toBe(samples.files.length);
  expect(differing.filter((one) => !one.includes(NO_NUMBER))).toEqual([]);
  expect(differing.filter((one) => one.includes(NO_NUMBER))).toHaveLength(26);
});
