import type { Action } from '#archive/access/access-words';

/** A query parameter of a resource; `type` is one of XML Schema, `options` the values it may have when they can be listed. */
export type QueryParameter = Readonly<{
  name: string;
  type?: 'xs:string' | 'xs:int' | 'xs:boolean';
  options?: readonly string[];
  repeating?: boolean;
}>;

/**
 * One transaction on one resource. `path` is a template from the root of the server: `{study}` is one segment, a template at the end may be
 * several. `demands`: what the caller must be permitted to do; `token`: any caller who is known, `nothing`: no caller is needed. `takes` and
 * `gives` are media types. HEAD goes with every GET, OPTIONS with every resource; they have no rows.
 */
export type RouteRow = Readonly<{
  id: string;
  title: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  demands: Action | 'token' | 'nothing';
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
