const TEXT = /^c[0-9a-z]{1,13}$/;
const RADIX = 36;

/** A place in the feed of changes, opaque to those who keep it: behind the change of this sequence; 0 is the start. */
export const changeCursor = (sequence: number): string => `c${sequence.toString(RADIX)}`;

/** Undefined when it is none of ours. */
export function readChangeCursor(text: string): number | undefined {
  if (!TEXT.test(text)) return undefined;
  const sequence = Number.parseInt(text.slice(1), RADIX);
  return Number.isSafeInteger(sequence) ? sequence : undefined;
}
