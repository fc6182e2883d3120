import { merkleFrontier } from './merkle-frontier.js';

/** A leaf of the log's tree: of which event it is, and its hash in hex. */
export type LeafRow = Readonly<{
  index: number;
  leaf: string;
  event: string;
  stream: string;
  version: number;
}>;

/** Goes through the leaves in their order. */
export type LeafCursor = Readonly<{
  /** The leaf that is next; undefined behind the last. */
  peek: () => Promise<LeafRow | undefined>;
  /** Goes on, and tells the leaf that is next then. */
  next: () => Promise<LeafRow | undefined>;
  /** The leaf at this index will not be waited for. */
  pass: (index: number) => void;
  /** How many leaves it went by. */
  size: () => number;
}>;

const PAGE_ROWS_MAX = 1_000;

/** `grown` hears each size that the tree has had, with its root in hex, as the leaves go by. */
export function leafCursor(
  read: (from: number, limit: number) => Promise<readonly LeafRow[]>,
  grown: (size: number, root: () => string) => void,
): LeafCursor {
  const frontier = merkleFrontier();
  const passed = new Set<number>();
  let page: readonly LeafRow[] = [];
  let place = 0;
  const load = async (): Promise<LeafRow | undefined> => {
    if (place === page.length) [page, place] = [await read(frontier.size(), PAGE_ROWS_MAX), 0];
    return page[place];
  };
  const step = async (): Promise<void> => {
    const row = await load();
    if (row === undefined) return;
    place++;
    frontier.add(Buffer.from(row.leaf, 'hex'));
    grown(frontier.size(), () => frontier.root().toString('hex'));
  };
  const peek = async (): Promise<LeafRow | undefined> => {
    let row = await load();
    while (row !== undefined && passed.delete(row.index)) {
      await step();
      row = await load();
    }
    return row;
  };
  const next = async (): Promise<LeafRow | undefined> => {
    await step();
    return peek();
  };
  return { peek, next, pass: (index) => passed.add(index), size: frontier.size };
}
