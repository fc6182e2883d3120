import type { ArchiveEvent, InstancesStored } from '#archive/catalogue';
import type { Extract } from './extract.js';
import type { StoredFacts, Visibility } from './findable-change.js';
import type { HeaderJson } from './header-json.js';
import { factOf } from './instance-fact.js';

/** The rows that one stored fact makes, from the fact and its extract; undefined when its key is destroyed: the rows are gone with it. */
export function storedFactsOf(
  { event: { data, personal }, version }: { event: InstancesStored; version: number },
  extract: Extract | undefined,
): StoredFacts | undefined {
  if (personal === undefined || extract === undefined) return undefined;
  const headers = extract.json.map((json) => JSON.parse(json.toString()) as HeaderJson);
  const facts = personal.instances.map((instance, index) => {
    const header = headers[index];
    const extracted = extract.facts[index];
    if (header === undefined || extracted === undefined)
      throw new Error('an extract has fewer instances than its fact');
    return factOf(header, { ...instance, frameIndex: extracted.frameIndex });
  });
  return { ...data, version, facts, headers };
}

/** What a fact, which is version `version` of its study's stream, says of what may be seen; undefined of any other fact, and when its key is destroyed. */
export function visibilityOf(event: ArchiveEvent, version: number): Visibility | undefined {
  if (event.type === 'RejectionRevoked') {
    const { hospital, claim, rejection } = event.data;
    const series = event.personal?.series ?? [];
    return { kind: 'revoked', ...{ hospital, claim, version, rejection, series } };
  }
  if (event.type !== 'InstancesRejected' || event.personal === undefined) return undefined;
  const { hospital, claim, rejection, code } = event.data;
  return { kind: 'rejected', ...{ hospital, claim, version, rejection, code }, ...event.personal };
}
