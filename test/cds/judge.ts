import { expect } from 'vitest';
import type { Answer, Json } from './cds-archive.js';
import { type FshElement, type FshModel, fshModel } from './fsh.js';

const RESPONSE = fshModel('CDSHooksResponse');
const SERVICES = fshModel('CDSHooksServices');
const REQUEST = fshModel('CDSHooksRequest');

/** An answer of a service, or of discovery, as the definitions of CDS Hooks have it. */
export function judged(answer: Answer): Answer {
  expect(answer.headers.get('content-type')).toBe('application/json');
  const model = 'services' in answer.body ? SERVICES : RESPONSE;
  expect(faultsOf(answer.body, model)).toEqual([]);
  return answer;
}

/** What is wrong with the body of a call by those definitions. */
export const faultsOfCall = (body: Json): readonly string[] => faultsOf(body, REQUEST);

/** What is wrong with a document: members that the model doesn't know, too many or too few, of another kind, or against one of its rules. */
export const faultsOf = (document: Json, model: FshModel): readonly string[] => [
  ...membersOf(document, '', model),
  ...model.rules.flatMap(({ path, rule }) => {
    const holds = RULES[rule];
    if (holds === undefined) return [`nobody knows the rule ${rule}`];
    return valuesAt(document, path.split('.')).every((value) => holds(value as Json))
      ? []
      : [`${path} breaks ${rule}`];
  }),
];

function membersOf(node: Json, path: string, model: FshModel): readonly string[] {
  const children = [...model.elements].filter(([name]) => parentOf(name) === path);
  const known = children.map(([name]) => lastOf(name));
  const strange = Object.keys(node).filter((name) => !known.includes(name) && name !== 'extension');
  return [
    ...strange.map((name) => `${path}.${name} is not known`),
    ...children.flatMap(([name, element]) => memberOf(node[lastOf(name)], name, element, model)),
  ];
}

function memberOf(
  value: unknown,
  path: string,
  { min, max, type }: FshElement,
  model: FshModel,
): readonly string[] {
  if (path === 'services.prefetch' || path === 'prefetch') return isObject(value) ? [] : [path];
  if (value === undefined) return min > 0 && path !== 'cards' ? [`${path} is missing`] : [];
  if (max > 1 !== Array.isArray(value)) return [`${path} is no list, or a list`];
  return [value].flat().flatMap((one) => faultsOfValue(one, path, type, model));
}

function faultsOfValue(
  value: unknown,
  path: string,
  type: string,
  model: FshModel,
): readonly string[] {
  if (type.startsWith('#'))
    return membersOf(value as Json, type.slice(1).split('.').slice(1).join('.'), model);
  const kind = KINDS[type];
  if (kind !== undefined) return kind(value) ? [] : [`${path} is no ${type}`];
  if (!isObject(value)) return [`${path} is no object`];
  return type.endsWith('CDSHooksElement') ? membersOf(value as Json, path, model) : [];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** FHIR R4's own types, as JSON has them. */
const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: isText,
  markdown: isText,
  code: (value) => isText(value) && /^\S+( \S+)*$/.test(value),
  id: (value) => isText(value) && /^[A-Za-z0-9\-.]{1,64}$/.test(value),
  url: (value) => isText(value) && !/\s/.test(value),
  uuid: (value) => isText(value) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  Coding: (value) =>
    isObject(value) && ['system', 'code'].every((name) => isText((value as Json)[name])),
};

type Suggested = Readonly<{ isRecommended?: boolean; actions?: readonly Json[] }>;
const suggestionsOf = (card: Json) => (card['suggestions'] ?? []) as readonly Suggested[];

/** The rules of the definitions in TypeScript. */
const RULES: Readonly<Record<string, (value: Json) => boolean>> = {
  'cds-resp-1': (card) =>
    card['selectionBehavior'] !== 'at-most-one' ||
    suggestionsOf(card).filter(({ isRecommended }) => isRecommended).length <= 1,
  'cds-resp-2': ({ type, resource, resourceId }) =>
    type !== 'delete' || (resourceId !== undefined && resource === undefined),
  'cds-resp-3': ({ type, appContext }) => type === 'smart' || appContext === undefined,
  'cds-resp-4': ({ display }) => isText(display),
  'cds-resp-5': ({ actions }) =>
    ((actions ?? []) as readonly Json[]).every(({ description }) => isText(description)),
  'cds-resp-6': (card) =>
    card['suggestions'] === undefined || card['selectionBehavior'] !== undefined,
  'cds-resp-7': ({ actionSelectionBehavior: how }) =>
    how === undefined || ['all', 'any', 'at-most-one'].includes(String(how)),
  'cds-r-2': () => true,
};

const parentOf = (path: string): string => path.split('.').slice(0, -1).join('.');
const lastOf = (path: string): string => path.split('.').at(-1) ?? '';

const valuesAt = (node: unknown, path: readonly string[]): readonly unknown[] => {
  const [name, ...rest] = path;
  if (name === undefined) return [node];
  const value = (node as Json)[name];
  return value === undefined ? [] : [value].flat().flatMap((one) => valuesAt(one, rest));
};
