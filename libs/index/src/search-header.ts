import { nameKeys, soundsAlike } from '#dicomweb/fuzzy-name';
import { foldName, type HeaderJson, textOf } from './header-json.js';
import { MOMENTS } from './search-columns.js';
import { isDateTimeWithin } from './search-date-time.js';
import { fitsMoment, momentsOf } from './search-moment.js';
import { fitsPattern, withoutDelimiters } from './search-pattern.js';
import type { HeaderMatch, Restriction } from './search-sql.js';

const TIMEZONE_OFFSET = '00080201';

/**
 * Whether a data set fits all conditions; those inside one sequence must hold for one and the same item (PS3.4 §C.2.2.2.6). `zone`: the
 * offset from UTC that holds for its dates and times, as `+0100`; the data set's own unless given.
 */
export function fitsHeader(
  header: HeaderJson,
  matches: readonly HeaderMatch[],
  zone = textOf(header, TIMEZONE_OFFSET) || undefined,
): boolean {
  const plain = matches.filter(({ path }) => path.length === 1);
  const moments = momentsOf(plain);
  const single = plain.filter(
    (one) => !moments.some(({ date, time }) => one === date || one === time),
  );
  const inner = matches.filter(({ path }) => path.length > 1);
  return (
    moments.every((moment) => fitsMoment(moment, storedMoment(header, moment.date), zone)) &&
    single.every((one) => fitsTexts(textsOf(valuesAt(header, one.path[0])), one, zone)) &&
    [...Map.groupBy(inner, ({ path }) => path[0])].every(([tag, own]) =>
      fitsAnItem(valuesAt(header, tag), own, zone),
    )
  );
}

const valuesAt = (header: HeaderJson, tag: string | undefined): readonly unknown[] =>
  header[tag ?? '']?.Value ?? [];

const storedMoment = (header: HeaderJson, { path }: HeaderMatch) => ({
  date: textOf(header, path[0] ?? ''),
  time: textOf(header, MOMENTS.get(path[0] ?? '') ?? ''),
});

/** A sequence without items has nothing: only what is sought as empty fits it. */
const fitsAnItem = (
  items: readonly unknown[],
  matches: readonly HeaderMatch[],
  zone: string | undefined,
): boolean => {
  if (items.length === 0) return matches.every(({ condition }) => condition.kind === 'empty');
  const within = matches.map((match) => ({ ...match, path: match.path.slice(1) }));
  return items.some((item) => fitsHeader((item ?? {}) as HeaderJson, within, zone));
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
  zone?: string,
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
      return found.some((text) =>
        vr === 'DT' ? isDateTimeWithin(text, condition, zone) : isWithin(text, condition),
      );
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
