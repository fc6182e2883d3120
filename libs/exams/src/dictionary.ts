import { wordsApart } from './compound-words.js';
import { foldWords } from './fold-words.js';
import { type Meaning, readMeaning } from './meaning.js';
import { readTable } from './read-table.js';
import type { Regions } from './regions.js';

/** What follows a word. `begun`: words of which only the beginning is given. */
type Node = {
  exact: Map<string, Node>;
  begun: Map<string, Node>;
  meaning: Meaning | undefined;
};

/** Phrases of descriptions in all languages → what they mean. */
export type Dictionary = Readonly<{ root: Node; phrases: number }>;

const COLUMNS = ['language', 'words', 'means'];
const LANGUAGES: readonly string[] = ['any', 'en', 'fr', 'de', 'pt'];
/** Shorter beginnings would meet too many words. */
const BEGINNING_CHARACTERS_MIN = 3;
/** What a phrase means that only keeps others from being found in it. */
const NOTHING = '-';
const NO_MEANING: Meaning = { regions: [], purposes: [] };

/** Reads `words.tsv`; the form is told at its head. Throws an Error that names the line. */
export function parseDictionary(text: string, regions: Regions): Dictionary {
  const root = newNode();
  const rows = readTable('words.tsv', text, COLUMNS);
  for (const { line, cells } of rows) {
    const { language = '', words = '', means = '' } = cells;
    const meaning = means === NOTHING ? NO_MEANING : readMeaning(means, regions);
    if (meaning === undefined || !LANGUAGES.includes(language))
      throw new Error(`words.tsv:${line}: unknown words`);
    const fault = addPhrases(root, words, meaning);
    if (fault !== undefined) throw new Error(`words.tsv:${line}: ${fault}`);
  }
  return { root, phrases: rows.length };
}

/** Answers with what is wrong with one of them. */
const addPhrases = (root: Node, words: string, meaning: Meaning): string | undefined => {
  for (const phrase of words.split(',').map((each) => each.trim())) {
    const fault = addPhrase(root, phrase, meaning);
    if (fault !== undefined) return `«${phrase}» ${fault}`;
  }
  return undefined;
};

const addPhrase = (root: Node, phrase: string, meaning: Meaning): string | undefined => {
  const path = pathOf(phrase);
  if (path === undefined) return 'is too short';
  const last = path.reduce(nodeBelow, root);
  if (last.meaning !== undefined && !isSame(last.meaning, meaning))
    return 'means something else in another line';
  last.meaning = meaning;
  return undefined;
};

const newNode = (): Node => ({ exact: new Map(), begun: new Map(), meaning: undefined });

type Step = Readonly<{ word: string; begun: boolean }>;

/** `mammogra* bilat*` as steps; undefined when nothing is left of it. */
const pathOf = (words: string): readonly Step[] | undefined => {
  const steps = words.split(' ').flatMap((each) => {
    const folded = foldWords(each.replace(/\*$/, ''));
    return folded.map((word, index) => ({
      word,
      begun: each.endsWith('*') && index === folded.length - 1,
    }));
  });
  const isShort = ({ word, begun }: Step) => begun && word.length < BEGINNING_CHARACTERS_MIN;
  return steps.length === 0 || steps.some(isShort) ? undefined : steps;
};

const nodeBelow = (node: Node, { word, begun }: Step): Node => {
  const nodes = begun ? node.begun : node.exact;
  const found = nodes.get(word) ?? newNode();
  nodes.set(word, found);
  return found;
};

const isSame = (one: Meaning, other: Meaning) => JSON.stringify(one) === JSON.stringify(other);

/** What stands in a description: meanings in their order, and how many of its words are in the dictionary. */
export type ReadText = Readonly<{ meanings: readonly Meaning[]; words: number; known: number }>;

/** Reads a description from left to right, each time the longest phrase that fits. Organs that parentheses list behind a region are those of the region. */
export function readText(dictionary: Dictionary, text: string): ReadText {
  const outside = readPlain(dictionary, text.replace(PARENTHESES, ' '));
  const inside = readPlain(dictionary, (text.match(PARENTHESES) ?? []).join(' '));
  const isListed = regionsIn(inside) > 1 && regionsIn(outside) > 0;
  const more = isListed
    ? inside.meanings.map((each) => ({ ...each, regions: [] }))
    : inside.meanings;
  return {
    meanings: [...outside.meanings, ...more],
    words: outside.words + inside.words,
    known: outside.known + inside.known,
  };
}

const PARENTHESES = /\([^()]*\)?/g;

const regionsIn = ({ meanings }: ReadText): number =>
  new Set(meanings.flatMap(({ regions }) => regions)).size;

const readPlain = (dictionary: Dictionary, text: string): ReadText => {
  const words = foldWords(text).flatMap((word) => partsOf(dictionary, word));
  const meanings: Meaning[] = [];
  let known = 0;
  for (let at = 0; at < words.length; ) {
    const found = longest(dictionary.root, words, at);
    if (found !== undefined) {
      meanings.push(found.meaning);
      known += found.end - at;
    } else if (isSmall(words[at] ?? '')) known++;
    at = found?.end ?? at + 1;
  }
  return { meanings, words: words.length, known };
};

/** Numbers and single letters tell nothing by themselves. */
const isSmall = (word: string) => word.length === 1 || /^\d+$/.test(word);

type Found = Readonly<{ meaning: Meaning; end: number }>;

const longest = (node: Node, words: readonly string[], at: number): Found | undefined => {
  const word = words[at];
  const own = node.meaning && { meaning: node.meaning, end: at };
  if (word === undefined) return own;
  let best = own;
  for (const next of nodesAfter(node, word)) {
    const found = longest(next, words, at + 1);
    if (found !== undefined && found.end > (best?.end ?? 0)) best = found;
  }
  return best;
};

/** The word itself first, then its longest beginning. */
function* nodesAfter({ exact, begun }: Node, word: string): Generator<Node> {
  const whole = exact.get(word);
  if (whole !== undefined) yield whole;
  if (begun.size === 0) return;
  for (let length = word.length; length >= BEGINNING_CHARACTERS_MIN; length--) {
    const beginning = begun.get(word.slice(0, length));
    if (beginning !== undefined) yield beginning;
  }
}

/** A word as it is, or its parts: where it begins only like a word of the dictionary, the first part must be that one at least. */
const partsOf = ({ root }: Dictionary, word: string): readonly string[] => {
  if (root.exact.has(word)) return [word];
  return wordsApart(word, {
    firstMin: stemLength(root, word),
    isPart: (part) => root.exact.has(part) || root.begun.has(part),
    isEnd: (part) => stemLength(root, part) > 0,
  });
};

const stemLength = ({ begun }: Node, word: string): number => {
  for (let { length } = word; length >= BEGINNING_CHARACTERS_MIN; length--)
    if (begun.has(word.slice(0, length))) return length;
  return 0;
};
