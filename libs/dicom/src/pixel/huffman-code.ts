/** A Huffman code: how many codes there are of each length from 1 to 16 bits, its symbols in that order, and both by symbol. */
export type HuffmanCode = Readonly<{
  counts: Uint8Array;
  symbols: readonly number[];
  codes: Uint16Array;
  /** Bits of a symbol's code; 0 where it has none. */
  lengths: Uint8Array;
}>;

const CODE_BITS_MAX = 16;

/** The shortest code for symbols 0… of these frequencies (T.81 §K.2); no code is all ones and none is longer than 16 bits. */
export function huffmanCode(frequencies: readonly number[]): HuffmanCode {
  const counts = limited(lengthCounts(frequencies));
  const symbols = byFrequency(frequencies);
  const codes = new Uint16Array(frequencies.length);
  const lengths = new Uint8Array(frequencies.length);
  let code = 0;
  let next = 0;
  for (let bits = 1; bits <= CODE_BITS_MAX; bits++, code <<= 1)
    for (let left = counts[bits - 1] ?? 0; left > 0; left--) {
      const symbol = symbols[next++] ?? 0;
      codes[symbol] = code++;
      lengths[symbol] = bits;
    }
  return { counts, symbols, codes, lengths };
}

const byFrequency = (frequencies: readonly number[]): number[] =>
  [...frequencies.keys()]
    .filter((symbol) => (frequencies[symbol] ?? 0) > 0)
    .sort((a, b) => (frequencies[b] ?? 0) - (frequencies[a] ?? 0));

type Node = Readonly<{ weight: number; depths: readonly number[] }>;

/** How many symbols the tree of least weight has at each depth; one more symbol of no weight takes the code of all ones. */
function lengthCounts(frequencies: readonly number[]): number[] {
  const used = frequencies.filter((frequency) => frequency > 0);
  let nodes: Node[] = [0, ...used].map((weight) => ({ weight, depths: [0] }));
  while (nodes.length > 1) {
    nodes.sort((a, b) => a.weight - b.weight);
    const [one, other, ...rest] = nodes as [Node, Node, ...Node[]];
    const depths = [...one.depths, ...other.depths].map((depth) => depth + 1);
    nodes = [{ weight: one.weight + other.weight, depths }, ...rest];
  }
  const counts = new Array<number>(frequencies.length + 2).fill(0);
  for (const depth of nodes[0]?.depths ?? []) counts[depth] = (counts[depth] ?? 0) + 1;
  return counts;
}

/** T.81 figure K.3: pairs that lie too deep move up; then the longest code, which is all ones, is taken away. */
function limited(counts: number[]): Uint8Array {
  for (let depth = counts.length - 1; depth > CODE_BITS_MAX; depth--)
    while (at(counts, depth) > 0) {
      let shorter = depth - 2;
      while (at(counts, shorter) === 0) shorter--;
      move(counts, depth, -2);
      move(counts, depth - 1, 1);
      move(counts, shorter + 1, 2);
      move(counts, shorter, -1);
    }
  let longest = CODE_BITS_MAX;
  while (at(counts, longest) === 0) longest--;
  move(counts, longest, -1);
  return Uint8Array.from({ length: CODE_BITS_MAX }, (_, index) => at(counts, index + 1));
}

const at = (counts: readonly number[], depth: number): number => counts[depth] ?? 0;

function move(counts: number[], depth: number, by: number): void {
  counts[depth] = at(counts, depth) + by;
}
