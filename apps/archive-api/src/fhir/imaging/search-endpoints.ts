import type { Caller } from '../../caller/caller.js';
import { recordSearched } from '../../search/record-search.js';
import type { Resource } from '../fhir-answer.js';
import { malformed } from '../query-of.js';
import { endpointResource, OWN_ENDPOINT, WADO_RS } from './endpoint-resource.js';
import { findImaging } from './find-imaging.js';
import { imagingBundle } from './imaging-bundle.js';
import type { Pairs } from './imaging-cursor.js';
import type { ImagingPorts } from './imaging-ports.js';
import { claimsShown } from './imaging-rows.js';
import { imagingSearcher } from './imaging-searcher.js';
import { claimQuery } from './read-imaging-study.js';
import { tokenIn, valuesIn } from './search-parameter.js';

/** A search for endpoints as it was asked for. */
export type EndpointSearch = Readonly<{
  caller: Caller;
  pairs: Pairs;
  origin: string;
  isStrict: boolean;
}>;

type Draft = {
  ids: readonly string[];
  isOfNothing: boolean;
  used: (readonly [string, string])[];
  ignored: string[];
};

/**
 * Endpoints by their ids, each of a claim that the caller may know of; without ids the one of their own hospital. All are of one kind (WADO-RS) and
 * active.
 */
export async function searchEndpoints(
  ports: ImagingPorts,
  { caller, pairs, origin, isStrict }: EndpointSearch,
): Promise<Resource> {
  const draft = readPairs(pairs, isStrict);
  const ids = draft.isOfNothing ? [] : draft.ids;
  const claims = ids.filter((id) => id !== OWN_ENDPOINT);
  const held = claims.length === 0 ? new Map() : await heldWithin(ports, caller, claims);
  const matches = ids.flatMap((id) => {
    if (id === OWN_ENDPOINT) return [endpointResource(id, { origin })];
    return held.has(id) ? [endpointResource(id, { origin, held: held.get(id) })] : [];
  });
  return imagingBundle('Endpoint', {
    ...{ base: `${origin}/fhir`, used: draft.used, ignored: draft.ignored },
    ...{ next: undefined, total: matches.length, matches, included: [] },
  });
}

function readPairs(pairs: Pairs, isStrict: boolean): Draft {
  const draft: Draft = { ids: [OWN_ENDPOINT], isOfNothing: false, used: [], ignored: [] };
  for (const [name, value] of pairs) {
    if (name === '_format' || name === '_pretty') continue;
    if (readOne(draft, name, value)) draft.used.push([name, value]);
    else if (isStrict) throw malformed('A parameter is not supported here: see /fhir/metadata.');
    else draft.ignored.push(name);
  }
  return draft;
}

function readOne(draft: Draft, name: string, value: string): boolean {
  const values = valuesIn(value);
  if (values === undefined) throw malformed('A parameter has too many values.');
  const has = (code: string) => values.map(tokenIn).some((token) => token.code === code);
  if (name === '_id') draft.ids = [...new Set(values)];
  else if (name === 'connection-type') draft.isOfNothing ||= !has(WADO_RS);
  else if (name === 'status') draft.isOfNothing ||= !has('active');
  else return false;
  return true;
}

/** Who holds them, of those that are within reach; written down before it is told. */
async function heldWithin(ports: ImagingPorts, caller: Caller, ids: readonly string[]) {
  const within = { searcher: imagingSearcher(ports, caller), onlyPerson: caller.onlyPerson };
  const { rows } = await findImaging(ports, claimQuery(ids), within);
  const claims = rows.filter(({ place }) => place).map(({ claim }) => claim);
  const query = `Endpoint?_id=${ids.join(',')}`;
  await recordSearched(ports, caller, { kind: 'Endpoint', query, claims: new Set(claims) });
  return claimsShown(ports.findable, claims);
}
