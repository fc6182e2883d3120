const DISCRETE = 0;
const LINEAR = 1;
const INDIRECT = 2;

/**
 * Entries of a segmented palette (PS3.3 §C.7.9.2), whose words are opcode, length and the segment's data. Undefined when a
 * segment is broken, or more than `entriesMax` come out.
 */
export function expandSegments(
  words: Uint16Array,
  wordBits: 8 | 16,
  entriesMax: number,
): Uint16Array | undefined {
  const expansion: Expansion = { words, wordBits, starts: [], entries: [], entriesMax };
  for (let at = 0; at < words.length; ) {
    if (at === words.length - 1) break;
    expansion.starts.push(at);
    const next = expandAt(expansion, at, true);
    if (next === undefined) return undefined;
    at = next;
  }
  return Uint16Array.from(expansion.entries);
}

type Expansion = Readonly<{
  words: Uint16Array;
  wordBits: 8 | 16;
  starts: number[];
  entries: number[];
  entriesMax: number;
}>;

/** Expands one segment and tells where the next begins; an indirect one names segments that are not indirect themselves. */
function expandAt(it: Expansion, at: number, mayBeIndirect: boolean): number | undefined {
  const { words, entries, entriesMax } = it;
  const opcode = words[at];
  const length = words[at + 1] ?? 0;
  if (opcode === INDIRECT) return mayBeIndirect ? expandIndirect(it, at, length) : undefined;
  if (entries.length + length > entriesMax) return undefined;
  if (opcode === DISCRETE) {
    if (at + 2 + length > words.length) return undefined;
    for (const value of words.subarray(at + 2, at + 2 + length)) entries.push(value);
    return at + 2 + length;
  }
  return opcode === LINEAR ? expandLinear(it, at, length) : undefined;
}

/** From the last entry, in equal steps, to the value that is given. */
function expandLinear({ words, entries }: Expansion, at: number, length: number) {
  const from = entries.at(-1);
  const to = words[at + 2];
  if (from === undefined || to === undefined) return undefined;
  for (let step = 1; step <= length; step++)
    entries.push(Math.round(from + ((to - from) * step) / length));
  return at + 3;
}

/** The offset of the first segment counts in words and has 32 bits, least significant first. */
function expandIndirect(it: Expansion, at: number, count: number): number | undefined {
  const { words, wordBits, starts } = it;
  const end = at + 2 + 32 / wordBits;
  if (end > words.length) return undefined;
  const offset = words
    .subarray(at + 2, end)
    .reduceRight((sum, word) => sum * 2 ** wordBits + word, 0);
  const first = starts.indexOf(offset);
  if (first < 0 || first + count > starts.length) return undefined;
  for (const start of starts.slice(first, first + count))
    if (expandAt(it, start, false) === undefined) return undefined;
  return end;
}
