import { expect, test } from 'vitest';
import type { DisposalPorts } from '../../apps/retention-worker/src/disposal/disposal-ports.js';
import { disposeNext } from '../../apps/retention-worker/src/disposal/run-disposal.js';
import { type DisposalArchive, disposalArchive, slice } from './disposal-archive.js';

const CRASHES_MAX = 80;

class Dies extends Error {}

/** The same ports, by a process that dies at the `at`-th thing that it does: connections break, and what was not committed is rolled back. */
const dying = (ports: DisposalPorts, at: number) => {
  let done = 0;
  const step = () => {
    done++;
    if (done === at) throw new Dies();
  };
  const stepped = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (from, name) => {
        const value: unknown = Reflect.get(from, name);
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          step();
          const answer = await (value as (...args: unknown[]) => unknown).apply(from, given);
          step();
          return answer;
        };
      },
    });
  const { retire } = ports;
  const by: DisposalPorts = {
    ...ports,
    within: (client) => {
      const transaction = ports.within(client);
      const { read, append, versions } = transaction.log;
      const log = stepped({
        append: append.bind(transaction.log),
        versions: versions.bind(transaction.log),
      });
      return { ...stepped(transaction), log: { ...log, read: read.bind(transaction.log) } };
    },
    retire: { ...retire, store: stepped(retire.store) },
  };
  return by;
};

const filled = async (): Promise<DisposalArchive> => {
  const archive = await disposalArchive();
  await archive.send(slice(1), slice(2));
  await archive.approved();
  return archive;
};

test('D1 to D5: a worker that dies anywhere leaves what another ends: once, with one certificate', async () => {
  const archive = await filled();
  try {
    let at = 1;
    for (let isWhole = false; !isWhole && at < CRASHES_MAX; at += 2) {
      const by = dying(archive.ports, at);
      isWhole = await archive.dispose(by).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof Dies)) throw error;
          return false;
        },
      );
      await archive.hurry();
      await archive.settle();
    }
    expect(at).toBeGreaterThan(10);
    await archive.dispose();
    expect(await archive.stepsOf()).toEqual(['done']);
    const told = (await archive.core.facts()).map(({ type }) => type);
    for (const once of ['DispositionStarted', 'DispositionExecuted', 'DispositionCertified'])
      expect([once, told.filter((type) => type === once).length]).toEqual([once, 1]);
    expect(await archive.differing()).toEqual({});
    const left: string[] = [];
    for await (const { key } of archive.core.store.list('packs/')) left.push(key);
    expect(left).toEqual([]);
  } finally {
    await archive.close();
  }
});

test('two workers never do the same step twice', async () => {
  const archive = await filled();
  try {
    for (let round = 0; round < 20; round++) {
      await Promise.all([disposeNext(archive.ports), disposeNext(archive.ports)]);
      await archive.hurry();
      await archive.settle();
    }
    expect(await archive.stepsOf()).toEqual(['done']);
    const told = (await archive.core.facts()).map(({ type }) => type);
    for (const once of ['DispositionStarted', 'DispositionExecuted', 'DispositionCertified'])
      expect([once, told.filter((type) => type === once).length]).toEqual([once, 1]);
  } finally {
    await archive.close();
  }
});
