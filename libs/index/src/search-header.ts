import { nameKeys, soundsAlike } from '#dicomweb/fuzzy-name';
import type { SearchMatch } from '#dicomweb/search-query';
import { foldName, type HeaderJson } from './header-json.js';
import { fitsPattern, withoutDelimiters } from './search-pattern.js';
import type { Restriction } from './search-sql.js';

/** A condition on an attribute of a data set. */
type HeaderMatch = Pick<SearchMatch, 'path' | 'vr'> & Readonly<{ condition: Restriction }>;

/** Whether a data set fits all conditions; those inside one sequence must hold for one and the same item (PS3.4 §C.2.2.2.6). */
export function fitsHeader(header: HeaderJson, matches: readonly HeaderMatch[]): boolean {
  const byTag = Map.groupBy(matches, ({ path }) => path[0] ?? '');
  return [...byTag].every(([tag, own]) => {
    const values = header[tag]?.Value ?? [];
    const inner = own.filter(({ path }) => path.length > 1);
    const plain = own.filter(({ path }) => path.length === 1);
    return (
      plain.every((match) => fitsTexts(textsOf(values), match)) &&
      (inner.length === 0 || fitsAnItem(values, inner))
    );
  });
}

/** A sequence without items has nothing: only what is sought as empty fits it. */
const fitsAnItem = (items: readonly unknown[], matches: readonly HeaderMatch[]): boolean => {
  if (items.length === 0) return matches.every(({ condition }) => condition.kind === 'empty');
  const within = matches.map((match) => ({ ...match, path: match.path.slice(1) }));
  return items.some((item) => fitsHeader((item ?? {}) as HeaderJson, within));
};

/** Values as texts; a person name gives its component groups. */
const textsOf = (values: readonly unknown[]): readonly string[] =>
  values.flatMap((value) => {
    if (value === null || value === undefined) return [];
    return typeof value === 'object' ? Object.values(value).map(String) : [String(value)];
  });

/** Whether one of the values fits, or all that the condition wants are there. */
export function fitsTexts(
  texts: readonly string[],
  { vr, condition }: Pick<HeaderMatch, 'vr' | 'condition'>,
): boolean {
  const fold = vr === 'PN' ? (text: string) => withoutDelimiters(foldName(text)) : asIs;
  const found = texts.map(fold);
  switch (condition.kind) {
    case 'empty':
      return found.every((text) => text === '');
    case 'equal':
      return (
        condition.values.some((value) => found.includes(fold(value))) || sounds(texts, condition)
      );
    case 'like':
      return (
        condition.patterns.some((pattern) =>
          found.some((text) => fitsPattern(text, fold(pattern))),
        ) || sounds(texts, condition)
      );
    case 'all':
      return condition.values.every((value) => found.includes(fold(value)));
    case 'range':
      return found.some((text) => isWithin(text, condition));
    default:
      return condition satisfies never;
  }
}

const sounds = (
  texts: readonly string[],
  condition: Extract<Restriction, { kind: 'equal' | 'like' }>,
): boolean => {
  const query = condition.sounds;
  return query !== undefined && texts.some((text) => soundsAlike(new Set(nameKeys(text)), query));
};

const asIs = (text: string) => text;

const isWithin = (text: string, { from, to }: Readonly<{ from?: string; to?: string }>) =>
  text !== '' && (from === undefined || text >= from) && (to === undefined || text <= to);
