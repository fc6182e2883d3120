/** A description has this many words at most; more are not read. */
const WORDS_MAX = 60;
const TEXT_CHARACTERS_MAX = 400;

/** French articles that lost their vowel: `l'épaule`; the English `L't` isn't one. */
const ELISION = /\b[dln]['’](?=[aeiouyh])/g;

/** Marks by which «with» and «without» are written short, before a word or after it. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/\bw\/o\b/g, ' without '],
  [/\bw\/(?=[\sa-z]|$)/g, ' with '],
  [/\bc\/(?=[\sa-z])/g, ' com '],
  [/\bs\/(?=[\sa-z])/g, ' sem '],
  [/[([]?\+[)\]]?\s*\/\s*[([]?-[)\]]?/g, ' plusminus '],
  [/[([]?-[)\]]?\s*\/\s*[([]?\+[)\]]?/g, ' plusminus '],
  [/\+/g, ' plus '],
  [/(?<=\b[a-z]{1,2})-(?=[\s,;)\]]|$)/g, ' minus '],
];

/**
 * The words of a description, in lower case and without accents: letters and digits apart. `w/o` and its like are spelled out; «+» is the word
 * `plus`, «-» behind one or two letters (`C-`, `IV-`) the word `minus`.
 */
export function foldWords(text: string): readonly string[] {
  const plain = text
    .slice(0, TEXT_CHARACTERS_MAX)
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('&', ' und ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(ELISION, ' ');
  const spelled = MARKS.reduce((so, [mark, word]) => so.replace(mark, word), plain);
  return (spelled.match(/\p{L}+|\p{N}+/gu) ?? []).slice(0, WORDS_MAX);
}
