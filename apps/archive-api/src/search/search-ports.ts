import type { RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import type { ReadExtract } from '#index/extract-reader';
import type { Findable, RowsInOneGo, Statement } from '#index/findable';
import type { Known } from '#index/known-of-searcher';
import type { OpaqueIds } from '#index/opaque-ids';
import type { SearchPlan } from '#index/search-plan';
import type { SearchPosition } from '#index/search-position';
import type { PersonNamed } from '../fhir/person-named.js';

export const SEARCH = Symbol('Search');

/** What searching reads. */
export type SearchPorts = Readonly<{
  findable: Findable;
  ids: OpaqueIds;
  readExtract: ReadExtract;
  policyInForce: () => AccessPolicy;
  /** The person whom a caller means by a Patient ID and its issuer. */
  personNamed: PersonNamed;
  /** Milliseconds since 1970: what is valid is so at a moment. */
  wallMs: () => number;
}>;

/** What the Search Transaction needs: what it finds is written down before it is told. */
export type SearchingPorts = SearchPorts &
  Readonly<{
    recordAccess: RecordAccess;
    /** Undefined where two statements have to be read one after the other. */
    inOneGo: RowsInOneGo | undefined;
    knownBefore: KnownBefore;
  }>;

/** What was known of searchers when they last searched, by their names. */
export type KnownBefore = Readonly<{
  get: (searcher: string) => Known | undefined;
  set: (searcher: string, known: Known, weight: number) => void;
}>;

/** What searches read where that is not what retrieves read; `reads` tells how many statements each server has run. */
export type Searching = Readonly<{
  findable: Findable;
  inOneGo?: RowsInOneGo | undefined;
  reads: () => Readonly<Record<'primary' | 'replica', number>>;
}>;

/**
 * Results, ready: JSON objects as text. `more`: there are further ones. `incomplete`: not all places could be looked at. `last`: where the
 * search has come to, when there is something behind it. `behind`: how many further ones there are, where that is known already. `passed`: results
 * that the plan counts although the page before brought them.
 */
export type Found = Readonly<{
  rows: readonly string[];
  /** Opaque ids of the studies that the rows are of. */
  claims: ReadonlySet<string>;
  more: boolean;
  incomplete: boolean;
  last?: SearchPosition | undefined;
  behind?: number | undefined;
  passed?: number;
}>;

/** The plan's statement, prepared under its name where that pays: a generic plan of a rare query can be far slower. */
export const statementOf = ({ statement, name }: SearchPlan): Statement =>
  name === undefined ? statement : { ...statement, name };
