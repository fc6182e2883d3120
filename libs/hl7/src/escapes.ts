import { type CharacterSet, decodeText, encodeText } from './character-set.js';
import type { Delimiters } from './message.js';

const HEX = /^X(?:[0-9A-Fa-f]{2})+$/;
/** Control characters would end a segment or a frame. */
const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * Puts back what a text had to escape (v2.9 §2.7): delimiters, bytes in hexadecimal, line breaks. Highlighting is dropped; an escape that
 * isn't known, or doesn't end, stays as it stands, so that nothing is lost.
 */
export function unescapeText(text: string, delimiters: Delimiters, set: CharacterSet): string {
  const { escaping } = delimiters;
  if (!text.includes(escaping)) return text;
  const letters = new Map(lettersOf(delimiters));
  let read = '';
  for (let at = 0; at < text.length; ) {
    const start = text.indexOf(escaping, at);
    const end = start < 0 ? -1 : text.indexOf(escaping, start + 1);
    if (end < 0) return read + text.slice(at);
    const meant = meaningOf(text.slice(start + 1, end), letters, set);
    read += text.slice(at, start) + (meant ?? text.slice(start, end));
    at = meant === undefined ? end : end + 1;
  }
  return read;
}

/** Escapes what would end or divide a text: its delimiters, and control characters. */
export function escapeText(text: string, delimiters: Delimiters, set: CharacterSet): string {
  const { escaping } = delimiters;
  const names = new Map(lettersOf(delimiters).map(([name, letter]) => [letter, name]));
  const escaped = Array.from(text, (letter) => {
    const name = names.get(letter) ?? nameOfControl(letter, set);
    return name === undefined ? letter : `${escaping}${name}${escaping}`;
  });
  return escaped.join('');
}

const meaningOf = (
  name: string,
  letters: ReadonlyMap<string, string>,
  set: CharacterSet,
): string | undefined => {
  if (name === '.br') return '\n';
  if (name === 'H' || name === 'N') return '';
  if (HEX.test(name)) return decodeText(Buffer.from(name.slice(1), 'hex'), set);
  return letters.get(name);
};

const nameOfControl = (letter: string, set: CharacterSet): string | undefined => {
  if (letter === '\n') return '.br';
  const code = letter.codePointAt(0) ?? 0;
  if (code >= SPACE && code !== DELETE) return undefined;
  return `X${encodeText(letter, set).toString('hex').toUpperCase()}`;
};

const lettersOf = (delimiters: Delimiters) =>
  (
    [
      ['F', delimiters.field],
      ['S', delimiters.component],
      ['T', delimiters.subcomponent],
      ['R', delimiters.repetition],
      ['E', delimiters.escaping],
      ['P', delimiters.truncation],
    ] as const
  ).filter(([, letter]) => letter !== '');
