import type { Attribute, HeaderJson } from './header-json.js';

type Path = readonly string[];

/**
 * Those attributes of a data set that paths of tags name, as far as it has them. A path into a sequence gives its items with what is asked
 * of them and no more (PS3.4 §C.2.2.2.6); a sequence that is asked for as such comes whole.
 */
export function pickAttributes(header: HeaderJson, paths: readonly Path[]): HeaderJson {
  const picked: Record<string, Attribute> = {};
  for (const [tag, own] of Map.groupBy(paths, ([first]) => first ?? '')) {
    const attribute = header[tag];
    if (attribute !== undefined)
      picked[tag] = pruned(
        attribute,
        own.map((path) => path.slice(1)),
      );
  }
  return picked;
}

const pruned = (attribute: Attribute, paths: readonly Path[]): Attribute => {
  if (attribute.vr !== 'SQ' || paths.some(({ length }) => length === 0)) return attribute;
  const items = (attribute.Value ?? []).map((item) =>
    pickAttributes((item ?? {}) as HeaderJson, paths),
  );
  return { ...attribute, Value: items };
};

/** Without values that only an address of bulk data names, at every depth. */
export function withoutBulkdata(header: HeaderJson): HeaderJson {
  const kept = Object.entries(header).filter(([, attribute]) => !('BulkDataURI' in attribute));
  return Object.fromEntries(kept.map(([tag, attribute]) => [tag, itemsWithoutBulkdata(attribute)]));
}

const itemsWithoutBulkdata = (attribute: Attribute): Attribute =>
  attribute.vr === 'SQ' && attribute.Value !== undefined
    ? {
        ...attribute,
        Value: attribute.Value.map((item) => withoutBulkdata((item ?? {}) as HeaderJson)),
      }
    : attribute;
