import { type CharacterSet, encodeText } from './character-set.js';
import { escapeText } from './escapes.js';
import type { Delimiters, Field, Message, Segment } from './message.js';

const SEGMENT_END = '\r';

/** The bytes of a message, without a frame. Empty fields at the end of a segment are left away. */
export function writeMessage({ delimiters, segments }: Message, set: CharacterSet): Buffer {
  const lines = segments.map((segment) => writeSegment(segment, delimiters, set) + SEGMENT_END);
  return encodeText(lines.join(''), set);
}

const writeSegment = ({ name, fields }: Segment, delimiters: Delimiters, set: CharacterSet) => {
  const { field, component, repetition, escaping, subcomponent, truncation } = delimiters;
  const isHeader = name === 'MSH';
  const texts = (isHeader ? fields.slice(2) : fields).map((one) =>
    writeField(one, delimiters, set),
  );
  const encoding = `${component}${repetition}${escaping}${subcomponent}${truncation}`;
  while (texts.at(-1) === '') texts.pop();
  return [name, ...(isHeader ? [encoding] : []), ...texts].join(field);
};

const writeField = (field: Field, delimiters: Delimiters, set: CharacterSet): string => {
  const { component, repetition, subcomponent } = delimiters;
  const escaped = (text: string) => escapeText(text, delimiters, set);
  return field
    .map((one) => one.map((parts) => parts.map(escaped).join(subcomponent)).join(component))
    .join(repetition);
};
