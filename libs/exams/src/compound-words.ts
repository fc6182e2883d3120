/** Shorter words aren't taken apart; of longer ones there would be too many ways to do it. */
const COMPOUND_CHARACTERS_MIN = 6;
const COMPOUND_CHARACTERS_MAX = 40;
const PART_CHARACTERS_MIN = 3;
/** Modalities are written behind what they look at, however short. */
const SHORT_ENDS: readonly string[] = ['ct', 'mr'];
/** What may stand between two parts. */
const LINKS: readonly string[] = ['', 's', 'n', 'en', 'o'];

/** Words that are written as one (`thoraxaufnahme`) as their parts, when each of them is known; else the word itself. */
export function wordsApart(word: string, isKnown: (part: string) => boolean): readonly string[] {
  const { length } = word;
  if (length < COMPOUND_CHARACTERS_MIN || length > COMPOUND_CHARACTERS_MAX) return [word];
  return apart(word, isKnown) ?? [word];
}

const apart = (rest: string, isKnown: (part: string) => boolean): readonly string[] | undefined => {
  if (LINKS.includes(rest)) return [];
  if (SHORT_ENDS.includes(rest)) return [rest];
  for (let length = rest.length; length >= PART_CHARACTERS_MIN; length--) {
    const part = rest.slice(0, length);
    const others = isKnown(part) ? behind(rest.slice(length), isKnown) : undefined;
    if (others !== undefined) return [part, ...others];
  }
  return undefined;
};

const behind = (
  rest: string,
  isKnown: (part: string) => boolean,
): readonly string[] | undefined => {
  for (const link of LINKS) {
    const others = rest.startsWith(link) ? apart(rest.slice(link.length), isKnown) : undefined;
    if (others !== undefined) return others;
  }
  return undefined;
};
