import type { Answer } from '../answer.js';
import { notFound, ProblemException } from '../problem.js';
import { type Asked, choose } from '../retrieve/representation.js';
import {
  entityTagOfMany,
  isUnchanged,
  unchanged,
  validatorHeaders,
} from '../retrieve/validator.js';
import { allowOf, findResource, resourceTree } from './resource-tree.js';
import { routeTable } from './route-table.js';
import { wadlOf } from './wadl.js';
import { wadlXml } from './wadl-xml.js';

/** `path` without query; `origin`: scheme and authority as this client reaches the server. */
export type CapabilitiesRequest = Readonly<{
  path: string;
  origin: string;
  asked: Asked;
  ifNoneMatch: string | undefined;
}>;

const WADL = 'application/vnd.sun.wadl+xml';
const OFFERS = [WADL, 'application/json', 'application/dicom+json'].map((mediaType) => ({
  mediaType,
  multipart: false,
  asStored: true,
  byDefault: true,
}));

const TREE = resourceTree(routeTable);

/** What may be done with the resource of a path, for Allow; undefined when there is no such resource, or nothing can be done with it. */
export function allowedMethods(path: string): string | undefined {
  const found = findResource(TREE, path);
  return found === undefined || found.resource.rows.length === 0
    ? undefined
    : allowOf(found.resource);
}

/** Retrieve Capabilities (PS3.18 §8.9), of the server, the service, or one resource and all below it. */
export function describeResource(request: CapabilitiesRequest): Answer {
  const found = findResource(TREE, request.path === '*' ? '' : request.path);
  if (found === undefined) throw new ProblemException(notFound());
  const chosen = choose(OFFERS, request.asked);
  if (!chosen.ok) throw new ProblemException(chosen.problem);
  const { mediaType } = chosen.offer;
  const document = wadlOf(found, request.origin);
  const text = mediaType === WADL ? wadlXml(document) : JSON.stringify(document);
  const tag = entityTagOfMany([mediaType, text]);
  if (isUnchanged(request.ifNoneMatch, tag)) return unchanged(tag);
  const body = Buffer.from(text);
  return {
    status: 200,
    headers: {
      ...validatorHeaders(tag),
      allow: allowOf(found.resource),
      'content-type': mediaType,
      'content-length': body.length,
    },
    body,
  };
}
