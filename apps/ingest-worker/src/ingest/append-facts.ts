import { randomBytes } from 'node:crypto';
import { archiveUpcasters } from '#archive/upcasters';
import type { Append } from '#events/event-store';
import type { KeyState } from '#events/key-ring';
import { toAppend } from '#events/sealed-events';
import type { Fact } from './facts-of-slice.js';

/** Streams whose version must be known before facts are appended to them; a pack's stream is new whenever its first fact is. */
export const streamsToRead = (facts: readonly Fact[]): readonly string[] => [
  ...new Set(facts.map(({ stream }) => stream).filter((stream) => !isPackStream(stream))),
];

/** Seals facts for the versions that follow on `heads`. Answers with the appends and the version of each fact by its id. */
export function sealFacts(
  facts: readonly Fact[],
  heads: ReadonlyMap<string, number>,
  keys: ReadonlyMap<string, KeyState>,
): Readonly<{ appends: readonly Append[]; versions: ReadonlyMap<string, number> }> {
  const versions = new Map<string, number>();
  const appends = [...byStream(facts)].map(([stream, own]): Append => {
    const expected = heads.get(stream) ?? 0;
    for (const [index, { id }] of own.entries()) versions.set(id, expected + index + 1);
    const events = own.map(({ id, event }) => ({ id, event }));
    const draft = { stream, expected, events, metadata: metadataOf(own) };
    const key = keys.get(claimOf(own[0]) ?? '');
    return toAppend(draft, key, { upcasters: archiveUpcasters, random: randomBytes });
  });
  return { appends, versions };
}

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

const claimOf = (fact: Fact | undefined) => {
  if (fact?.event.personal === undefined || !('claim' in fact.event.data)) return undefined;
  return fact.event.data.claim;
};

const metadataOf = (facts: readonly Fact[]) => {
  const job = facts[0]?.job;
  return {
    actor: 'ingest-worker',
    correlationId: job?.id ?? '',
    causationId: job?.id ?? '',
  };
};
