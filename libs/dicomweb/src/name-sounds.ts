const WORD_CHARACTERS_MAX = 64;

/** Letters that stripping accents would leave as they are, or spell otherwise than their country does. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/[äæ]/g, 'ae'],
  [/[öœø]/g, 'oe'],
  [/ü/g, 'ue'],
  [/ß/g, 'ss'],
  [/ł/g, 'l'],
  [/ð/g, 'd'],
  [/þ/g, 'th'],
];

/** Spellings that two languages read in two ways: ae is an e, or an a without its dots; c is a k, or an s that has lost its cedilla. */
const AMBIGUOUS: readonly (readonly [RegExp, readonly [string, string]])[] = [
  [/ae/g, ['e', 'a']],
  [/(?<=.)c(?=[aou])/g, ['k', 's']],
];

/** In this order. Capitals are sounds: X as in ship, C as in church or Bach, A as in eye, O as in house, G as in good. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/^mac(?=[bdfglnpqrt]|c(?!h))|^mc/, 'mk'],
  [/sch|sh/g, 'X'],
  [/ch(?=[rl])/g, 'k'],
  [/t?ch/g, 'C'],
  [/ph|pf/g, 'f'],
  [/([tgr])h/g, '$1'],
  [/cqu|ck|qu|q/g, 'k'],
  [/(?<=.)(cz|tz|ts|sz)|s?c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/gu(?=[eiy])|g(?=es?$)(?<=rg)/g, 'G'],
  [/(?<=rG)es?$/, ''],
  [/g(?=[eiy])/g, 'j'],
  [/G/g, 'g'],
  [/dt/g, 't'],
  [/d$/, 't'],
  [/eaux?|aux$/g, 'o'],
  [/x/g, 'ks'],
  [/au|ow/g, 'O'],
  [/ou/g, 'u'],
  [/w/g, 'v'],
  [/^y(?=[aeou])/, 'j'],
  [/[ae][iyj]/g, 'A'],
  [/Aer$/, 'Ar'],
  [/ie|ij|y/g, 'i'],
  [/(?<=.)z/g, 's'],
  [/(?<=.)h/g, ''],
  [/ea/g, 'e'],
  [/oe/g, 'o'],
  [/ue/g, 'u'],
  [/(.)\1+/g, '$1'],
  [/(?<=[pfk])e$/, ''],
];

/**
 * How one word of a person name may sound to readers of French, German, Portuguese and English: words that share one of these texts
 * sound alike. A word without Latin letters is its own sound. Empty for a word without letters and digits.
 */
export function soundsOf(word: string): readonly string[] {
  const letters = lettersOf(word);
  if (letters === '') return [];
  if (!/^[a-z]+$/.test(letters)) return [letters];
  const readings = AMBIGUOUS.reduce<readonly string[]>(
    (texts, [pattern, ways]) =>
      texts.flatMap((text) => ways.map((way) => text.replace(pattern, way))),
    [letters],
  );
  return [...new Set(readings.map(soundOf))];
}

/** Lower case without accents, in the spelling that does without them; of the other scripts, one width and one kind of kana. */
export function lettersOf(word: string): string {
  const lower = word.slice(0, WORD_CHARACTERS_MAX).normalize('NFKC').toLowerCase();
  return replaced(lower, SPELLINGS)
    .normalize('NFD')
    .replace(/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]\p{M}+/gu, (text) =>
      text.charAt(0),
    )
    .normalize('NFC')
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[^\p{L}\p{N}\p{M}\u30fc]/gu, '');
}

const soundOf = (letters: string): string => replaced(letters, SOUNDS);

const replaced = (text: string, rules: readonly (readonly [RegExp, string])[]): string =>
  rules.reduce((before, [pattern, by]) => before.replace(pattern, by), text);
