/** What a message separates its parts by: MSH-1, and the characters of MSH-2. `truncation` is '' before version 2.7. */
export type Delimiters = Readonly<{
  field: string;
  component: string;
  repetition: string;
  escaping: string;
  subcomponent: string;
  truncation: string;
}>;

/** Subcomponents, unescaped; at least one, '' when there is nothing. */
export type Component = readonly string[];
/** One occurrence of a field: its components. */
export type Repetition = readonly Component[];
/** All occurrences of a field. */
export type Field = readonly Repetition[];

/** One line of a message. `fields[0]` is field 1; of MSH, field 1 is the separator itself and field 2 the encoding characters. */
export type Segment = Readonly<{ name: string; fields: readonly Field[] }>;

/** A message of HL7 v2, in the order in which its segments stand; the first is MSH. */
export type Message = Readonly<{ delimiters: Delimiters; segments: readonly Segment[] }>;

/** `|^~\&`: what HL7 recommends (v2.9 §2.5.4). */
export const USUAL_DELIMITERS: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escaping: '\\',
  subcomponent: '&',
  truncation: '',
};

/** An explicit null: what the field held before shall be deleted (v2.9 §2.5.3). */
export const NULL_VALUE = '""';

/** All segments of a name, in their order. */
export const segmentsOf = ({ segments }: Message, name: string): readonly Segment[] =>
  segments.filter((segment) => segment.name === name);

/** The first segment of a name. */
export const segmentOf = ({ segments }: Message, name: string): Segment | undefined =>
  segments.find((segment) => segment.name === name);

/** The occurrences of a field, numbered from 1; none when the segment ends before it or it is empty. */
export const repetitionsOf = (segment: Segment | undefined, field: number): Field =>
  (segment?.fields[field - 1] ?? []).filter((repetition) => !isEmpty(repetition));

/** One component, numbered from 1, of one occurrence; '' when it isn't there. `subcomponent` is numbered from 1 too. */
export const componentOf = (
  repetition: Repetition | undefined,
  component: number,
  subcomponent = 1,
): string => repetition?.[component - 1]?.[subcomponent - 1] ?? '';

/** A component of the first occurrence of a field; '' when it isn't there. */
export const textOf = (segment: Segment | undefined, field: number, component = 1): string =>
  componentOf(segment?.fields[field - 1]?.[0], component);

/** A field that holds one text. */
export const fieldOf = (text: string): Field => [[[text]]];

/** A field of one occurrence with plain components. */
export const componentsOf = (...texts: readonly string[]): Field => [texts.map((text) => [text])];

const isEmpty = (repetition: Repetition) =>
  repetition.every((parts) => parts.every((part) => part === ''));
