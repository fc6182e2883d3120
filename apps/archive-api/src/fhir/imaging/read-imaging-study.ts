import type { InstanceFact } from '#index/instance-fact';
import type { StudyFound } from '#index/search-plan';
import type { Caller } from '../../caller/caller.js';
import { notFound, ProblemException } from '../../problem.js';
import { recordSearched } from '../../search/record-search.js';
import type { Resource } from '../fhir-answer.js';
import { reachOfCaller } from '../fhir-ports.js';
import { endpointResource, OWN_ENDPOINT } from './endpoint-resource.js';
import { findImaging } from './find-imaging.js';
import { peopleShown, subjectOf } from './imaging-people.js';
import type { ImagingPorts } from './imaging-ports.js';
import type { ImagingQuery } from './imaging-query.js';
import { claimsShown, SERIES_READ_MAX, type SeriesShown, seriesShown } from './imaging-rows.js';
import { imagingSearcher } from './imaging-searcher.js';
import { imagingStudy } from './imaging-study-resource.js';
import { endpointOf } from './search-imaging-studies.js';

/** Instances that one resource lists; of a larger study none are. */
export const INSTANCES_READ_MAX = 10_000;

const CLAIM = /^[0-9a-f]{32}$/;

/** Who reads what. `origin`: how this client reaches the server. */
export type ImagingRead = Readonly<{ caller: Caller; id: string; origin: string }>;

/**
 * One hospital's claim of a study by its opaque id, with its instances. It is looked for as a search would: what isn't there and what the caller may
 * not know of are the same (404).
 */
export async function readImagingStudy(
  ports: ImagingPorts,
  { caller, id }: ImagingRead,
): Promise<Resource> {
  const row = await findClaim(ports, caller, { id, kind: 'ImagingStudy' });
  const held = (await claimsShown(ports.findable, [row.claim])).get(row.claim);
  if (held === undefined) throw new ProblemException(notFound());
  const all = await seriesShown(ports.findable, [row.claim], SERIES_READ_MAX);
  const series = all.get(row.claim) ?? [];
  const reach = await reachOfCaller(ports, caller);
  const people = held.person === '' ? [] : [held.person];
  const shown = await peopleShown(ports, { caller, reach }, { people, asked: new Map() });
  return imagingStudy({
    ...{ row, held, series },
    subject: subjectOf(row, held, shown),
    endpoint: endpointOf(row),
    terms: ports.terms,
    instances: await instancesOf(ports, series),
  });
}

/** An Endpoint by its id: that of the own hospital, or of a claim that the caller may know of. */
export async function readEndpoint(
  ports: ImagingPorts,
  { caller, id, origin }: ImagingRead,
): Promise<Resource> {
  if (id === OWN_ENDPOINT) return endpointResource(id, { origin });
  const row = await findClaim(ports, caller, { id, kind: 'Endpoint' });
  const held = (await claimsShown(ports.findable, [row.claim])).get(row.claim);
  if (held === undefined) throw new ProblemException(notFound());
  return endpointResource(id, { origin, held });
}

async function findClaim(
  ports: ImagingPorts,
  caller: Caller,
  { id, kind }: Readonly<{ id: string; kind: string }>,
): Promise<StudyFound> {
  if (!CLAIM.test(id)) throw new ProblemException(notFound());
  const within = { searcher: imagingSearcher(ports, caller), onlyPerson: caller.onlyPerson };
  const { rows } = await findImaging(ports, claimQuery([id]), within);
  const claims = new Set(rows.map(({ claim }) => claim));
  await recordSearched(ports, caller, { kind, query: `${kind}/${id}`, claims });
  const [row] = rows;
  if (row === undefined) throw new ProblemException(notFound());
  return row;
}

/** The search that a read of these is. */
export const claimQuery = (claims: readonly string[]): ImagingQuery => ({
  ...{ matches: [], filter: { claims }, patients: [], isOfNothing: false },
  ...{ count: claims.length, isAscending: false, included: new Set(), hasTotal: false },
  ...{ used: [], ignored: [] },
});

async function instancesOf(
  { findable }: ImagingPorts,
  series: readonly SeriesShown[],
): Promise<ReadonlyMap<string, readonly InstanceFact[]>> {
  const count = series.reduce((sum, one) => sum + one.instance_count, 0);
  if (count > INSTANCES_READ_MAX) return new Map();
  const found = new Map<string, readonly InstanceFact[]>();
  for (const one of series) {
    const view = await findable.series(one.series);
    if (view !== undefined) found.set(one.series, view.ordered);
  }
  return found;
}
