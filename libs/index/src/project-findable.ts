import type { InstancesStored } from '#archive/catalogue';
import type { Extract } from './extract.js';
import type { StoredFacts } from './findable-change.js';
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
