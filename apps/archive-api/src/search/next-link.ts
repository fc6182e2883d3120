import type { SearchLevel } from '#dicomweb/attribute-level';
import type { SearchScope } from '#index/search-plan';

/** Clients bound the head of an answer, many at 16 KiB; a longer query is paged by offset. */
const LINK_CHARACTERS_MAX = 8_192;
const REPLACED = ['after', 'offset'];

type Searched = Readonly<{
  root: string;
  level: SearchLevel;
  scope: SearchScope;
  queryString: string;
}>;

/** The Link field (RFC 8288) that names the page behind `cursor`; undefined when the address would be too long. */
export function nextLink(searched: Searched, cursor: string): string | undefined {
  const parameters = new URLSearchParams(searched.queryString);
  for (const name of REPLACED) parameters.delete(name);
  parameters.set('after', cursor);
  const link = `<${searched.root}${pathOf(searched)}?${parameters}>; rel="next"`;
  return link.length > LINK_CHARACTERS_MAX ? undefined : link;
}

const RESOURCES: Readonly<Record<SearchLevel, string>> = {
  study: 'studies',
  series: 'series',
  instance: 'instances',
};

const pathOf = ({ level, scope }: Searched): string =>
  [
    scope.study === undefined ? '' : `/studies/${scope.study}`,
    scope.series === undefined ? '' : `/series/${scope.series}`,
    `/${RESOURCES[level]}`,
  ].join('');
