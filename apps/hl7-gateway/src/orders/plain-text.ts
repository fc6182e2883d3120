/** Characters of one text of an order that are kept. */
const CHARACTERS_MAX = 250;

/** A text as it may be kept: bounded, without control characters, which escapes of HL7 can bring (v2.9 §2.7.7) and no table takes. */
export const plainText = (text: string): string =>
  text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .toWellFormed()
    .trim()
    .slice(0, CHARACTERS_MAX)
    .toWellFormed();
