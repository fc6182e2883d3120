import { lettersOf, soundsOf } from './name-sounds.js';

/** What a name must hold to sound like a query: one of these ways; of a way each clause; of a clause one key. */
export type NameSounds = readonly (readonly (readonly string[])[])[];

/** Words of a component that have keys, words of a query that are matched by sound, and keys of a name. */
const NAME_WORDS_MAX = 12;
const QUERY_WORDS_MAX = 8;
const KEYS_MAX = 96;
/** Neighbours that may be written as one word: Van den Berg, Vandenberg. */
const JOINED_MAX = 3;

/** Words that some write and others leave out. A component of nothing else keeps them. */
const PARTICLES = new Set(
  `af al av da das de del della den der des di do dos du e el la las le les lo los o san t te ten ter van vom von y zu zum zur
   bin ibn d l dr prof jr sr`.split(/\s+/),
);
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['st', 'saint'],
  ['ste', 'sainte'],
  ['sta', 'santa'],
]);

/** Beside sounds: `1a`, a word begins with a; `.a`, a word is only that; `#2`, the first group has two words. */
const begins = (word: string) => `1${lettersOf(word).charAt(0)}`;
const isOnly = (word: string) => `.${lettersOf(word).charAt(0)}`;
const counts = (words: number) => `#${words}`;

/**
 * Keys by which a person name is found fuzzily (PS3.4 §C.2.2.2.1.1), from its component groups joined by `=`: the sounds of the words of
 * family, given and middle name, alone and joined with their neighbours, in any order. Prefixes and suffixes have none.
 */
export function nameKeys(name: string): readonly string[] {
  const groups = groupsOf(name).map(componentsOf);
  const first = groups[0]?.flatMap(ownWords) ?? [];
  const keys = [
    ...(first.length === 0 ? [] : [counts(first.length)]),
    ...groups.flatMap((components) => components.flatMap(ownWords)).flatMap(wordKeys),
    ...groups.flatMap(joinedOf).flatMap(soundsOf),
  ];
  return [...new Set(keys)].slice(0, KEYS_MAX);
}

/**
 * How a name may sound like this one of a query. Each of its words must be in the name, in any order; of three and more the name may lack
 * one when it has no other. Undefined where nothing can be said by sound: a wildcard within a word, only initials, too many words.
 */
export function soundsLike(query: string): NameSounds | undefined {
  const components = groupsOf(query).flatMap(componentsOf);
  const words = components.flatMap(ownWords);
  const isOpen = components.flat().some((word) => /[*?]/.test(word));
  const full = words.filter((word) => isWord(word));
  if (isOpen || full.length === 0 || words.length > QUERY_WORDS_MAX) return undefined;
  const ways = segmentations(components).map((segments) => [
    ...segments.map(clauseOf),
    segments.filter((word) => isWord(word)).flatMap(soundsOf),
  ]);
  return [...ways, ...lackingOne(words)];
}

/** Whether a name with these keys sounds like the query. */
export const soundsAlike = (keys: ReadonlySet<string>, query: NameSounds): boolean =>
  query.some((clauses) => clauses.every((clause) => clause.some((key) => keys.has(key))));

const groupsOf = (name: string) => name.split('=', 3);

/** Family, given and middle name, each as its words; wildcards at the edges of words are no part of them. */
const componentsOf = (group: string): readonly (readonly string[])[] =>
  group
    .split('^', 3)
    .map((component) =>
      component
        .normalize('NFC')
        .toLowerCase()
        .split(/[^\p{L}\p{M}\p{N}*?\u30fc]+/u)
        .map((word) => word.replace(/^\*+|\*+$/g, ''))
        .filter((word) => word !== '')
        .slice(0, NAME_WORDS_MAX)
        .map((word) => ALIASES.get(word) ?? word),
    )
    .filter((words) => words.length > 0);

const ownWords = (words: readonly string[]): readonly string[] => {
  const own = words.filter((word) => !PARTICLES.has(word));
  return own.length === 0 ? words : own;
};

const isWord = (word: string) => lettersOf(word).length > 1 || isIdeographic(word);

const isIdeographic = (text: string) =>
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text);

const wordKeys = (word: string): readonly string[] =>
  isWord(word) ? [...soundsOf(word), begins(word)] : [isOnly(word)];

const clauseOf = (word: string): readonly string[] =>
  isWord(word) ? [...soundsOf(word), isOnly(word)] : [begins(word), isOnly(word)];

/** Neighbours of one component as one word; of an ideographic name, which is often written without blanks, also of all components. */
const joinedOf = (components: readonly (readonly string[])[]): readonly string[] => {
  const words = components.flat();
  return [...components, ...(words.some(isIdeographic) ? [words] : [])].flatMap(joinedWords);
};

const joinedWords = (words: readonly string[]): readonly string[] =>
  runsOf(words).map(({ start, end }) => words.slice(start, end).join(''));

type Run = Readonly<{ start: number; end: number }>;

const runsOf = (words: readonly string[]): readonly Run[] =>
  words.flatMap((_, start) =>
    Array.from({ length: JOINED_MAX - 1 }, (__, more) => ({ start, end: start + more + 2 })).filter(
      ({ end }) =>
        end <= words.length && words.slice(start, end).some((word) => !PARTICLES.has(word)),
    ),
  );

/** The words one by one, and with one run of neighbours as one word. */
const segmentations = (
  components: readonly (readonly string[])[],
): readonly (readonly string[])[] => [
  components.flatMap(ownWords),
  ...components.flatMap((words, place) =>
    runsOf(words).map(({ start, end }) => [
      ...components.slice(0, place).flatMap(ownWords),
      ...words.slice(0, start).filter((word) => !PARTICLES.has(word)),
      words.slice(start, end).join(''),
      ...words.slice(end).filter((word) => !PARTICLES.has(word)),
      ...components.slice(place + 1).flatMap(ownWords),
    ]),
  ),
];

const lackingOne = (words: readonly string[]): NameSounds => {
  if (words.length < 3) return [];
  return words
    .map((_, lacking) => words.filter((__, place) => place !== lacking))
    .filter((kept) => kept.every(isWord))
    .map((kept) => [...kept.map((word) => soundsOf(word)), [counts(kept.length)]]);
};
