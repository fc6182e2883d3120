import { decideAction, whoseRights } from '#archive/access/decide-access';
import { reachOf } from '#index/access-reach';
import { knownOf } from '#index/known-of-searcher';
import { type FoundManifest, manifestStatement } from '#index/manifest-search';
import type { SearchReach } from '#index/search-reach';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import type { Resource } from '../fhir/fhir-answer.js';
import { reachOfCaller } from '../fhir/fhir-ports.js';
import { malformed } from '../fhir/query-of.js';
import { notFound, ProblemException } from '../problem.js';
import { readDocumentId } from './document-id.js';
import type { DocumentQuery, PatientNamed } from './document-parameters.js';
import { cursorOf, documentQuery } from './document-query.js';
import { documentReference, documentsOf } from './document-reference.js';
import type { ManifestPorts } from './manifest-ports.js';

const ACTION = 'read-metadata';
/** Names of patients in one search. */
const NAMED_MAX = 20;
const QUERY_CHARACTERS_MAX = 2_000;

/** `base`: the FHIR root as this client reaches it; `url`: as it was asked for. */
export type Asked = Readonly<{ caller: Caller; url: string; base: string }>;

/** Find Document References (IHE ITI-67), newest first: of the studies whose metadata the policy lets this caller read, within the statement. */
export async function searchDocuments(ports: ManifestPorts, asked: Asked): Promise<Resource> {
  const { caller, url, base } = asked;
  const query = documentQuery(url);
  const persons = await personsMeant(ports, caller, query.patients);
  const found =
    query.isOfNothing || query.encodings.length === 0 || persons?.length === 0
      ? []
      : await findManifests(ports, caller, { ...query, persons });
  const page = found.slice(0, query.count);
  await record(ports, asked, page);
  const entry = page.flatMap((manifest) => entriesOf(manifest, query, base));
  const link = [{ relation: 'self', url: linkTo(asked) }];
  const last = page.at(-1);
  if (found.length > page.length && last !== undefined)
    link.push({
      relation: 'next',
      url: linkTo(asked, cursorOf(last.made_at, last.manifest)),
    });
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    link,
    ...(entry.length > 0 && { entry }),
  };
}

/** One envelope; what isn't there and what the caller may not know of are the same. */
export async function readDocument(
  ports: ManifestPorts,
  { caller, url, base }: Asked,
  id: string,
): Promise<Resource> {
  const named = readDocumentId(id);
  if (named === undefined) throw new ProblemException(notFound());
  const { encoding } = named;
  const { manifests } = documentQuery(`?_id=${id}`);
  const [found] = await findManifests(ports, caller, { manifests, count: 1 });
  await record(ports, { caller, url, base }, found === undefined ? [] : [found]);
  const document = found && documentsOf(found).find((one) => one.encoding === encoding);
  if (found === undefined || document === undefined) throw new ProblemException(notFound());
  return documentReference(found, document, base);
}

type Sought = Pick<DocumentQuery, 'manifests' | 'count'> &
  Readonly<{ persons?: readonly string[] | undefined }>;

async function findManifests(
  ports: ManifestPorts,
  caller: Caller,
  { manifests, count, persons }: Sought,
): Promise<readonly FoundManifest[]> {
  const within = personsWithin(caller, persons);
  if (within?.length === 0) return [];
  const reach = await metadataReachOf(ports, caller);
  const query = { ...manifests, ...(within && { persons: within }), limit: count + 1 };
  const rows = await ports.findable.rows(manifestStatement(query, reach));
  return rows as unknown as readonly FoundManifest[];
}

/** A token for one patient alone finds nobody else's. */
const personsWithin = (
  { onlyPerson }: Caller,
  persons: readonly string[] | undefined,
): readonly string[] | undefined => {
  if (onlyPerson === undefined) return persons;
  return persons === undefined || persons.includes(onlyPerson) ? [onlyPerson] : [];
};

/** What the policy in force lets this caller read metadata of, at this moment. */
async function metadataReachOf(
  { policyInForce, findable, wallMs }: ManifestPorts,
  caller: Caller,
): Promise<SearchReach> {
  const subject = accessSubjectOf(caller);
  const policy = policyInForce();
  const known = await knownOf(findable, whoseRights(subject, policy) ?? subject);
  return reachOf(subject, ACTION, { policy, at: new Date(wallMs()).toISOString(), known });
}

/** The persons who are named in all lists, as far as the caller may know of them under that name; undefined when nobody is named. */
async function personsMeant(
  { finder, authoritiesOf }: ManifestPorts,
  caller: Caller,
  lists: readonly (readonly PatientNamed[])[],
): Promise<readonly string[] | undefined> {
  if (lists.length === 0) return undefined;
  if (lists.flat().length > NAMED_MAX) throw malformed('Too many patients are named.');
  const reach = await reachOfCaller({ authoritiesOf }, caller);
  const meant = async (named: PatientNamed) => {
    const none = { names: [], birthDates: [], updated: [] };
    const by = 'patient' in named ? { patients: [named.patient] } : { identifiers: [named] };
    return finder.people({ ...none, ...by }, reach, { limit: 1, after: '' });
  };
  const sets = await Promise.all(
    lists.map(async (list) => new Set((await Promise.all(list.map(meant))).flat())),
  );
  const [first = new Set<string>(), ...others] = sets;
  return [...first].filter((person) => others.every((set) => set.has(person)));
}

const entriesOf = (manifest: FoundManifest, { encodings }: DocumentQuery, base: string) =>
  documentsOf(manifest)
    .filter(({ encoding }) => encodings.includes(encoding))
    .map((document) => {
      const resource = documentReference(manifest, document, base);
      return {
        fullUrl: `${base}/DocumentReference/${resource['id']}`,
        resource,
        search: { mode: 'match' },
      };
    });

function linkTo({ url, base }: Asked, after?: string): string {
  const { searchParams } = new URL(url, `${base}/`);
  if (after !== undefined) searchParams.set('_after', after);
  return `${base}/DocumentReference?${searchParams}`;
}

/** Who asked for what, and the manifests of whose studies they are about to be shown; resolves when that is durable. */
function record(
  { recordAccess, policyInForce }: ManifestPorts,
  { caller, url }: Asked,
  shown: readonly FoundManifest[],
): Promise<void> {
  const subject = accessSubjectOf(caller);
  const decision = decideAction(subject, ACTION, subject.organisation, policyInForce());
  const query = url.slice(0, QUERY_CHARACTERS_MAX);
  const claims = [...new Set(shown.map(({ claim }) => claim))];
  return recordAccess({
    ...{ subject, action: 'search', outcome: 'permit', kind: 'manifests' },
    ...{ rule: decision.rule, obligations: decision.obligations, policyVersion: decision.version },
    ...{ claim: null, hospital: null, person: null },
    personal: { ...personalOf(caller), query, claims },
  });
}
