/** The character sets of MSH-18 (table 0211) that are read and written. */
export const CHARACTER_SETS = ['ASCII', '8859/1', 'UNICODE UTF-8'] as const;
export type CharacterSet = (typeof CHARACTER_SETS)[number];

const ASCII_MAX = 0x7f;
const LATIN_MAX = 0xff;

/** The character set of a name in MSH-18; undefined for another. */
export const characterSetNamed = (name: string): CharacterSet | undefined =>
  CHARACTER_SETS.find((set) => set === name.trim().toUpperCase());

/** The text of bytes; undefined when they aren't of the character set. */
export function decodeText(bytes: Uint8Array, set: CharacterSet): string | undefined {
  switch (set) {
    case 'UNICODE UTF-8':
      return decodeUtf8(bytes);
    case '8859/1':
      return Buffer.from(bytes).toString('latin1');
    case 'ASCII':
      return bytes.some((byte) => byte > ASCII_MAX)
        ? undefined
        : Buffer.from(bytes).toString('latin1');
  }
}

/** The bytes of a text; a character that the set doesn't have becomes a question mark. */
export function encodeText(text: string, set: CharacterSet): Buffer {
  if (set === 'UNICODE UTF-8') return Buffer.from(text.toWellFormed(), 'utf8');
  const highest = set === 'ASCII' ? ASCII_MAX : LATIN_MAX;
  const known = Array.from(text, (letter) =>
    (letter.codePointAt(0) ?? 0) > highest ? '?' : letter,
  );
  return Buffer.from(known.join(''), 'latin1');
}

const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
};
