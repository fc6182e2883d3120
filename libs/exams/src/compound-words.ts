/** Shorter words aren't taken apart; of longer ones there would be too many ways to do it. */
const COMPOUND_CHARACTERS_MIN = 5;
const COMPOUND_CHARACTERS_MAX = 40;
const PART_CHARACTERS_MIN = 3;
/** Modalities are written behind what they look at, however short. */
const SHORT_ENDS: readonly string[] = ['ct', 'mr'];
/** What may stand between two parts. */
const LINKS: readonly string[] = ['', 's', 'n', 'en', 'es', 'e', 'o'];

/** What may be a part of a word: the first one has so many letters at least, the last one may have an ending of its own. */
export type Parts = Readonly<{
  firstMin: number;
  isPart: (part: string) => boolean;
  isEnd: (part: string) => boolean;
}>;

/** Words that are written as one (`thoraxaufnahme`) as their parts, when each of them is known; else the word itself. */
export function wordsApart(word: string, parts: Parts): readonly string[] {
  const { length } = word;
  if (length < COMPOUND_CHARACTERS_MIN || length > COMPOUND_CHARACTERS_MAX) return [word];
  return apart(word, parts, parts.firstMin) ?? [word];
}

const apart = (
  rest: string,
  parts: Parts,
  lettersMin = PART_CHARACTERS_MIN,
): readonly string[] | undefined => {
  if (LINKS.includes(rest)) return [];
  if (SHORT_ENDS.includes(rest)) return [rest];
  for (let length = rest.length; length >= Math.max(lettersMin, PART_CHARACTERS_MIN); length--) {
    const part = rest.slice(0, length);
    const others = parts.isPart(part) ? behind(rest.slice(length), parts) : undefined;
    if (others !== undefined) return [part, ...others];
  }
  return undefined;
};

const behind = (rest: string, parts: Parts): readonly string[] | undefined => {
  for (const link of LINKS) {
    const others = rest.startsWith(link) ? apart(rest.slice(link.length), parts) : undefined;
    if (others !== undefined) return others;
  }
  return rest.length > PART_CHARACTERS_MIN && parts.isEnd(rest) ? [rest] : undefined;
};
