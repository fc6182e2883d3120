import type { Action } from '#archive/access/access-words';

/** A query parameter of a resource; `type` is one of XML Schema, `options` the values it may have when they can be listed. */
export type QueryParameter = Readonly<{
  name: string;
  type?: 'xs:string' | 'xs:int' | 'xs:boolean';
  options?: readonly string[];
  repeating?: boolean;
}>;

/**
 * What stands before the data of a route, besides what it demands. `study`: the one gate finds the claim that the caller may see, decides and
 * writes it down (access/permit-study.ts). `search`: the policy is part of the statement. `hospital`: only what the caller's own organisation has or
 * does is reached. `none`: there is nobody's data.
 */
export type Gate = 'study' | 'search' | 'hospital' | 'none';

/**
 * One transaction on one resource. `path` is a template from the root of the server: `{study}` is one segment, a template at the end may be
 * several. `demands`: what the caller must be permitted to do; `token`: any caller who is known, `cds-client`: a client of CDS Hooks, `nothing`: no caller is needed. `takes` and
 * `gives` are media types. HEAD goes with every GET, OPTIONS with every resource; they have no rows.
 */
export type RouteRow = Readonly<{
  id: string;
  title: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  demands: Action | 'token' | 'cds-client' | 'nothing';
  gate: Gate;
  takes?: readonly string[];
  gives: readonly string[];
  query?: readonly QueryParameter[];
  success: string;
  failure: string;
}>;

export const STUDY = '/dicom-web/studies/{study}';
export const SERIES = `${STUDY}/series/{series}`;
export const INSTANCE = `${SERIES}/instances/{instance}`;

/** PS3.18 §8.3.3.1: the same as the Accept field. */
export const ACCEPT: QueryParameter = { name: 'accept', type: 'xs:string' };

/** Multipart of parts of this type. */
export const related = (type: string): string => `multipart/related; type="${type}"`;

/** The same resource of one hospital's claim of the study, at its exact address (design D7). */
export const ofClaim = (row: RouteRow): RouteRow => ({
  ...row,
  id: `${row.id}OfClaim`,
  title: `${row.title} of one Claim`,
  path: row.path.replace('/dicom-web/', '/dicom-web/claims/{claim}/'),
});
