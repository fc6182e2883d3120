import { createHash } from 'node:crypto';
import { bytesOf, cutBody } from '../../libs/storage/src/body.testing.js';
import { openS3ObjectStore } from '../../libs/storage/src/s3/s3-object-store.js';

const settings = JSON.parse(process.argv[2] ?? '{}');
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Puts object after object, small ones and such of two parts, each under its digest; says every key that is durable. Ends by being killed. */
async function putForEver(lane: number): Promise<void> {
  const limits = { partBytes: 5 * 1024 ** 2 };
  const report = (fault: unknown) => say(`fault ${fault}`);
  const store = await openS3ObjectStore({ settings, report, limits });
  for (let turn = 0; ; turn++) {
    const length = turn % 2 === 0 ? 5_500_000 + lane * 999 : 100_000 + lane;
    const bytes = bytesOf(length, process.pid * 1000 + turn * 4 + lane);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const key = `packs/landing/${digest.slice(-2)}/${digest}`;
    await store.put(key, cutBody(bytes, [1000, 65_536, 400_000, 5_400_000]));
    say(key);
  }
}

for (let lane = 0; lane < 4; lane++) void putForEver(lane);
