import { randomBytes } from 'node:crypto';
import { archiveUpcasters } from '#archive/upcasters';
import type { Append } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { toAppend } from '#events/sealed-events';
import type { Fact } from './facts-of-slice.js';
import type { Within } from './within.js';

/** Appends facts to their streams in the caller's transaction. The answer has the version of each fact by its id. */
export async function appendFacts(
  { append, versions }: Pick<Within, 'append' | 'versions'>,
  keys: KeyRing,
  facts: readonly Fact[],
): Promise<ReadonlyMap<string, number> | 'conflict'> {
  if (facts.length === 0) return new Map();
  const streams = byStream(facts);
  const heads = await versions([...streams.keys()].filter((stream) => !isPackStream(stream)));
  const secrets = await keys.find(claimsOf(facts));
  const appends = [...streams].map(([stream, own]): Append => {
    const draft = {
      stream,
      expected: heads.get(stream) ?? 0,
      events: own.map(({ id, event }) => ({ id, event })),
      metadata: metadataOf(own),
    };
    const key = secrets.get(claimOf(own[0]) ?? '');
    return toAppend(draft, key, { upcasters: archiveUpcasters, random: randomBytes });
  });
  const appended = await append(appends);
  if (!appended.ok) return 'conflict';
  return new Map(
    [...streams.values()].flatMap((own, index) =>
      own.map((fact, at) => [fact.id, (appended.versions[index] ?? 0) - own.length + at + 1]),
    ),
  );
}

/** A pack's stream is new whenever its first fact is appended; a repeat is known by its event ids. */
const isPackStream = (stream: string) => stream.startsWith('pack-');

const byStream = (facts: readonly Fact[]) => {
  const streams = new Map<string, Fact[]>();
  for (const fact of facts) {
    const own = streams.get(fact.stream) ?? [];
    own.push(fact);
    streams.set(fact.stream, own);
  }
  return streams;
};

const claimOf = (fact: Fact | undefined) =>
  fact?.event.type === 'InstancesStored' ? fact.event.data.claim : undefined;

const claimsOf = (facts: readonly Fact[]) => [
  ...new Set(facts.map(claimOf).filter((claim) => claim !== undefined)),
];

const metadataOf = (facts: readonly Fact[]) => {
  const job = facts[0]?.job;
  return {
    actor: 'ingest-worker',
    correlationId: job?.id ?? '',
    causationId: job?.id ?? '',
  };
};
