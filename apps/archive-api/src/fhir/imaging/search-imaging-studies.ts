import type { StudyFound } from '#index/search-plan';
import { accessSubjectOf } from '../../caller/access-subject.js';
import type { Caller } from '../../caller/caller.js';
import { firstGate } from '../../caller/first-gate.js';
import { type ScopeNeed, scopeReach } from '../../caller/scopes.js';
import { recordSearched } from '../../search/record-search.js';
import type { Resource } from '../fhir-answer.js';
import { reachOfCaller, recordShown } from '../fhir-ports.js';
import { patientResource } from '../patient-resource.js';
import { endpointResource, OWN_ENDPOINT } from './endpoint-resource.js';
import { findImaging } from './find-imaging.js';
import { imagingBundle } from './imaging-bundle.js';
import { openImagingCursor, type Pairs, queryText, sealImagingCursor } from './imaging-cursor.js';
import {
  type PeopleMeant,
  type PeopleShown,
  peopleMeant,
  peopleShown,
  subjectOf,
} from './imaging-people.js';
import type { ImagingPorts } from './imaging-ports.js';
import type { ImagingQuery } from './imaging-query.js';
import {
  type ClaimShown,
  claimsShown,
  SERIES_SHOWN_MAX,
  type SeriesShown,
  seriesShown,
} from './imaging-rows.js';
import { imagingSearcher } from './imaging-searcher.js';
import { imagingStudy } from './imaging-study-resource.js';
import { readImagingQuery } from './read-imaging-query.js';

/** A search as it was asked for. `origin`: how this client reaches the server; `isStrict`: what isn't supported is to be refused. */
export type ImagingSearch = Readonly<{
  caller: Caller;
  pairs: Pairs;
  origin: string;
  isStrict: boolean;
}>;

/**
 * ImagingStudy of one person or of whatever is asked for, over all hospitals, as far as the caller may know of them (FHIR R4 §10.5): one resource for
 * each hospital's claim, latest first. What was found is written down before it is told.
 */
export async function searchImagingStudies(
  ports: ImagingPorts,
  { caller, pairs: asked, origin, isStrict }: ImagingSearch,
): Promise<Resource> {
  const base = `${origin}/fhir`;
  const within = { searcher: imagingSearcher(ports, caller), onlyPerson: caller.onlyPerson };
  const keys = { ids: ports.ids, hospital: within.searcher.hospital };
  const { pairs, position } = openImagingCursor(keys, asked);
  const query = readImagingQuery(pairs, { base, terms: ports.terms, isStrict });
  const patients = await reachOfCaller(ports, caller);
  const meant = await peopleMeant(ports, patients, query.patients);
  const found = await findImaging(ports, query, { ...within, people: meant?.people, position });
  const page = await pageOf(ports, found.rows);
  const people = await peopleShown(ports, { caller, reach: patients }, peopleOf(page, meant));
  await record(ports, { caller, query, page, people });
  return imagingBundle('ImagingStudy', {
    base,
    used: query.used,
    next: found.last && sealImagingCursor(keys, { pairs, position: found.last }),
    total: query.hasTotal || query.count === 0 ? found.total : undefined,
    matches: page.map(({ row, held, series }) =>
      imagingStudy({
        ...{ row, held, series },
        subject: subjectOf(row, held, people),
        endpoint: endpointOf(row),
        terms: ports.terms,
      }),
    ),
    included: includedIn({ ports, caller, query, origin }, page, people),
    ignored: query.ignored,
  });
}

type Shown = Readonly<{ row: StudyFound; held: ClaimShown; series: readonly SeriesShown[] }>;

/** What rows of a search lack. A study that has gone in between is left out. */
async function pageOf(
  { findable }: ImagingPorts,
  rows: readonly StudyFound[],
): Promise<readonly Shown[]> {
  const claims = rows.map(({ claim }) => claim);
  const held = await claimsShown(findable, claims);
  const series = await seriesShown(findable, claims, SERIES_SHOWN_MAX);
  return rows.flatMap((row) => {
    const own = held.get(row.claim);
    return own === undefined ? [] : [{ row, held: own, series: series.get(row.claim) ?? [] }];
  });
}

/** Studies of the own hospital go by the root, each other claim by its exact address (design D7). */
export const endpointOf = ({ claim, place }: StudyFound): string => (place ? claim : OWN_ENDPOINT);

const peopleOf = (page: readonly Shown[], meant: PeopleMeant | undefined): PeopleMeant => ({
  people: [...new Set(page.map(({ held }) => held.person))].filter((person) => person !== ''),
  asked: meant?.asked ?? new Map(),
});

type Answering = Readonly<{
  ports: ImagingPorts;
  caller: Caller;
  query: ImagingQuery;
  origin: string;
}>;

const OF_PATIENTS: ScopeNeed = { resource: 'Patient', permissions: ['r', 's'] };

/** Who may not look up identities, or whose scopes are not for patients, is shown none. */
const showsPatients = (
  { policyInForce }: Pick<ImagingPorts, 'policyInForce'>,
  caller: Caller,
  { included }: ImagingQuery,
): boolean =>
  included.has('patient') &&
  (caller.scopes === undefined || scopeReach(caller.scopes, OF_PATIENTS) !== 'nothing') &&
  firstGate(accessSubjectOf(caller), 'read-identity', policyInForce()).outcome === 'permit';

function includedIn(
  { ports, caller, query, origin }: Answering,
  page: readonly Shown[],
  people: PeopleShown,
): readonly Resource[] {
  const endpoints = new Map(
    page.map(({ row, held }) => [endpointOf(row), row.place ? held : undefined]),
  );
  return [
    ...(query.included.has('endpoint')
      ? [...endpoints].map(([id, held]) => endpointResource(id, { origin, held }))
      : []),
    ...(showsPatients(ports, caller, query)
      ? [...people.values()].map(({ first, group }) => patientResource(first, group))
      : []),
  ];
}

async function record(
  ports: ImagingPorts,
  {
    caller,
    query,
    page,
    people,
  }: Readonly<{
    caller: Caller;
    query: ImagingQuery;
    page: readonly Shown[];
    people: PeopleShown;
  }>,
): Promise<void> {
  await recordSearched(ports, caller, {
    kind: 'ImagingStudy',
    query: `ImagingStudy?${queryText(query.used)}`,
    claims: new Set(page.map(({ row }) => row.claim)),
  });
  if (showsPatients(ports, caller, query))
    await recordShown(
      ports,
      caller,
      [...people.values()].flatMap(({ group }) => group),
    );
}
