import { ORDER_SIGNS, type OrderSign } from './match-words.js';
import { ORDER_SIGN_WORDS } from './order-sign-words.js';

/** More of a reason is not read. */
const TEXT_CHARACTERS_MAX = 2_000;

/** What the free texts of an order (its reasons, notes) say that makes a repeat sensible. What is said not to be («kein Sturz») doesn't count. */
export function readOrderSigns(texts: readonly string[]): readonly OrderSign[] {
  const read = texts.map((text) => ` ${fold(text.slice(0, TEXT_CHARACTERS_MAX))}`);
  const signs = PATTERNS.filter(({ pattern }) => read.some((text) => pattern.test(text)));
  return signs.map(({ sign }) => sign);
}

/** Small letters without accents, words apart by one space, one at the end. */
const fold = (text: string): string =>
  `${text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

/** Words that deny the one after them. */
const DENIALS =
  'pas de|pas d|sans|aucun|aucune|absence de|kein|keine|keinen|ohne|no|not|without|denies|sem|nao|nega';

const patternOf = (words: readonly string[]): RegExp =>
  new RegExp(`(?<! (?:${DENIALS})) (?:${words.map(patternOfWord).join('|')})`, 'u');

function patternOfWord(word: string): string {
  const before = word.startsWith('*') ? '\\p{L}*' : '';
  const behind = word.endsWith('*') ? '' : ' ';
  return before + word.replaceAll('*', '') + behind;
}

const PATTERNS = ORDER_SIGNS.map((sign) => ({ sign, pattern: patternOf(ORDER_SIGN_WORDS[sign]) }));
