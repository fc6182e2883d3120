import type { JsonElement } from '#dicom/dicom-json';
import { XmlStopped } from './xml-stopped.js';

type PrivateElement = Readonly<{ tag: string; creator: string; element: JsonElement }>;

/** A data set while it is read: private elements wait in `privates` until all creators are known. */
export type OpenDataSet = Readonly<{
  elements: Map<string, JsonElement>;
  privates: PrivateElement[];
}>;

const BLOCK_FIRST = 0x10;
const BLOCK_LAST = 0xff;

/** Gives private elements the block that their creator has reserved (PS3.5 §7.8.1), and a free one to a creator that has none. */
export function placePrivate({ elements, privates }: OpenDataSet): void {
  const blocks = reserved(elements);
  const taken = new Set([...elements.keys()].map((tag) => tag.slice(0, 6)));
  for (const { tag, creator, element } of privates) {
    const group = tag.slice(0, 4);
    const name = `${group} ${creator}`;
    const block = blocks.get(name) ?? reserve(elements, taken, { group, creator });
    blocks.set(name, block);
    const placed = `${group}${block}${tag.slice(6)}`;
    if (elements.has(placed)) throw new XmlStopped('repeated-attribute');
    elements.set(placed, element);
  }
}

/** Blocks by group and creator. */
function reserved(elements: ReadonlyMap<string, JsonElement>): Map<string, string> {
  const blocks = new Map<string, string>();
  for (const [tag, { Value }] of elements) {
    const [, group, block] = /^(...[13579BDF])00([1-9A-F].)$/.exec(tag) ?? [];
    const name = `${group} ${Value?.[0]}`;
    if (group !== undefined && block !== undefined && !blocks.has(name)) blocks.set(name, block);
  }
  return blocks;
}

type Wanted = Readonly<{ group: string; creator: string }>;

function reserve(
  elements: Map<string, JsonElement>,
  taken: Set<string>,
  { group, creator }: Wanted,
): string {
  for (let block = BLOCK_FIRST; block <= BLOCK_LAST; block++) {
    const hex = block.toString(16).toUpperCase();
    if (elements.has(`${group}00${hex}`) || taken.has(`${group}${hex}`)) continue;
    elements.set(`${group}00${hex}`, { vr: 'LO', Value: [creator] });
    return hex;
  }
  throw new XmlStopped('structure');
}
