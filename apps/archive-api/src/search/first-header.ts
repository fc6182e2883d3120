import type { HeaderJson } from '#index/header-json';
import { headerOf } from './header-of.js';
import type { SearchPorts } from './search-ports.js';

/** Metadata of the first instance of a series; undefined when they can't be had any more. */
export async function firstHeader(
  { findable, readExtract }: SearchPorts,
  series: string,
): Promise<HeaderJson | undefined> {
  const view = await findable.series(series);
  const [first] = view?.ordered ?? [];
  return view && first && headerOf(readExtract, view, first);
}
