import type { ReadExtract } from '#index/extract-reader';
import type { HeaderJson } from '#index/header-json';
import type { InstanceView, SeriesView } from '#index/series-view';

/** All metadata of an instance, bulk data named by markers; undefined when it can't be had any more. */
export async function headerOf(
  readExtract: ReadExtract,
  view: SeriesView,
  { extract: index, item }: InstanceView,
): Promise<HeaderJson | undefined> {
  const place = view.extracts[index];
  const extract = place === undefined ? undefined : await readExtract(view.claim, place);
  const json = extract?.json[item];
  return json === undefined ? undefined : (JSON.parse(json.toString()) as HeaderJson);
}
