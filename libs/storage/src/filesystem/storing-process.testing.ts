import { createHash } from 'node:crypto';
import { bodyOf, bytesOf, cutBody } from '../body.testing.js';
import { ObjectRefused } from '../object-store.js';
import { openFileObjectStore } from './file-object-store.js';

const [root = '', work = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Puts object after object, four at a time, each under its digest; says every key that is durable. Ends by being killed. */
async function putForEver(lane: number): Promise<void> {
  const store = await openFileObjectStore({ root, report: (fault) => say(`fault ${fault}`) });
  for (let turn = 0; ; turn++) {
    const bytes = bytesOf(
      1 + ((turn * 77_777 + lane * 333_333) % 1_500_000),
      process.pid * 1000 + turn * 4 + lane,
    );
    const digest = createHash('sha256').update(bytes).digest('hex');
    const key = `packs/landing/${digest.slice(-2)}/${digest}`;
    await store.put(key, cutBody(bytes, [1000, 65_536, 400_000, 1_400_000]));
    say(key);
  }
}

/** Puts one object of 8 MB and says how it was answered. */
async function putOne(): Promise<void> {
  try {
    const store = await openFileObjectStore({ root, report: (fault) => say(`fault ${fault}`) });
    await store.put('packs/landing/aa/new', bodyOf(bytesOf(8_000_000)));
    say('stored');
  } catch (error) {
    say(error instanceof ObjectRefused ? error.refusal : String(error));
  }
  process.exit();
}

if (work === 'put-for-ever') for (let lane = 0; lane < 4; lane++) void putForEver(lane);
if (work === 'put-one-as-nobody' && process.getuid?.() === 0) process.setuid?.(65_534);
if (work.startsWith('put-one')) await putOne();
