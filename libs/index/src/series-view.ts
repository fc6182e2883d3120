import { byInstanceNumber, type InstanceFact } from './instance-fact.js';

/** Where bytes lie now: object key, first byte, length. */
export type Place = Readonly<{ key: string; offset: number; bytes: number }>;

/** One commit's share of a series: facts in extract order, and where its extract lies. */
export type Segment = Readonly<{
  sequence: number;
  settled: boolean;
  extract: Place;
  facts: readonly InstanceFact[];
}>;

/** An instance, its place, and where its metadata lies: `extracts[extract]`, item `item`. */
export type InstanceView = InstanceFact & Readonly<{ place: Place; extract: number; item: number }>;

/** All that serving a series needs, decoded once per series version. */
export type SeriesView = Readonly<{
  series: string;
  claim: string;
  version: number;
  /** Version of the study stream that the newest segment has. */
  through: number;
  /** All of it lies in one settled pack. */
  settled: boolean;
  extracts: readonly Place[];
  instances: ReadonlyMap<string, InstanceView>;
  ordered: readonly InstanceView[];
}>;

const NOTHING: ReadonlySet<string> = new Set();

/** Joins the segments of a series; `placeOf` finds content by digest and throws when no pack holds it. Instances in `hidden` are left out. */
export function seriesView(
  head: Pick<SeriesView, 'series' | 'claim' | 'version'>,
  segments: readonly Segment[],
  placeOf: (sha256: string) => Place,
  hidden = NOTHING,
): SeriesView {
  const ordered = segments
    .flatMap(({ facts }, extract) =>
      facts.map(
        (fact, item): InstanceView => ({
          ...fact,
          place: placeOf(fact.sha256),
          extract,
          item,
        }),
      ),
    )
    .filter(({ instance }) => !hidden.has(instance))
    .sort(byInstanceNumber);
  return {
    ...head,
    through: Math.max(...segments.map(({ sequence }) => sequence)),
    settled: segments.length === 1 && segments.every(({ settled }) => settled),
    extracts: segments.map(({ extract }) => extract),
    ordered,
    instances: new Map(ordered.map((view) => [view.instance, view])),
  };
}
