import { isUid } from '#dicom/uid';
import type { Findable } from '#index/findable';
import type { OpaqueIds } from '#index/opaque-ids';
import type { InstanceView, SeriesView } from '#index/series-view';
import type { RejectedShown } from '../access/rejected-shown.js';
import { notFound, ProblemException } from '../problem.js';
import { shownSeries } from './shown-series.js';

declare const PERMITTED: unique symbol;

/** The custodian of a claim that the caller may see. The gate alone makes one (access/permit-study.ts), so no look-up can go past it. */
export type PermittedHospital = string & { readonly [PERMITTED]: true };

/** What a path names, inside the hospital whose claim is shown. */
export type Target = Readonly<{
  hospital: PermittedHospital;
  study: string;
  series?: string;
  instance?: string;
  /** What of rejected instances is shown; undefined: none. */
  rejected?: RejectedShown | undefined;
}>;

/** A series that a target reaches, and which of its instances. */
export type LocatedSeries = Readonly<{
  seriesUid: string;
  view: SeriesView;
  instances: readonly InstanceView[];
}>;

export type LocatePorts = Readonly<{ findable: Findable; ids: OpaqueIds }>;

/** Series of a study that are looked up at once. */
const LOOK_UPS_MAX = 8;

/** What the hospital holds under the target, in series and instance order; a problem when that is nothing. Never stale: what a store has answered is in it. */
export async function locate(
  ports: LocatePorts,
  target: Target,
): Promise<readonly LocatedSeries[]> {
  const { study, series } = target;
  if (!isUid(study)) throw new ProblemException(notFound());
  if (series === undefined) return locateStudy(ports, target);
  const view = isUid(series)
    ? await seriesShown(ports, target, ports.ids.series(target.hospital, study, series), FRESH)
    : undefined;
  if (view === undefined) throw new ProblemException(notFound());
  return [{ seriesUid: series, view, instances: view.ordered }];
}

const FRESH = { fresh: true } as const;

const seriesShown = (
  { findable }: LocatePorts,
  { rejected }: Pick<Target, 'rejected'>,
  series: string,
  options: { fresh?: boolean } = {},
): Promise<SeriesView | undefined> =>
  rejected === undefined
    ? findable.series(series, options)
    : shownSeries(findable, series, rejected);

async function locateStudy(ports: LocatePorts, target: Target): Promise<readonly LocatedSeries[]> {
  const { hospital, study, rejected } = target;
  const head = await ports.findable.study(hospital, study, { rejected: rejected !== undefined });
  if (head === undefined) throw new ProblemException(notFound());
  const located: LocatedSeries[] = [];
  for (let at = 0; at < head.series.length; at += LOOK_UPS_MAX) {
    const some = head.series.slice(at, at + LOOK_UPS_MAX);
    const views = await Promise.all(
      some.map(({ series }) => seriesShown(ports, target, series, FRESH)),
    );
    for (const [index, view] of views.entries()) {
      const seriesUid = some[index]?.seriesUid;
      if (view !== undefined && seriesUid !== undefined)
        located.push({ seriesUid, view, instances: view.ordered });
    }
  }
  if (located.length === 0) throw new ProblemException(notFound());
  return located;
}

/** What a path to one instance names. */
export type InstanceTarget = Target & Required<Pick<Target, 'series' | 'instance'>>;

/** One instance; the series comes from the cache when it is there and has the instance. */
export type LocatedInstance = Readonly<{ view: SeriesView; instance: InstanceView }>;

/** `fresh`: the cache is not trusted even when it has the instance. */
export async function locateInstance(
  ports: LocatePorts,
  target: InstanceTarget,
  fresh = false,
): Promise<LocatedInstance> {
  const { hospital, study, series, instance } = target;
  if (!isUid(study) || !isUid(series) || !isUid(instance)) throw new ProblemException(notFound());
  const id = ports.ids.series(hospital, study, series);
  const cached = fresh ? undefined : await seriesShown(ports, target, id);
  const held = cached?.instances.get(instance);
  if (cached !== undefined && held !== undefined) return { view: cached, instance: held };
  const view = await seriesShown(ports, target, id, FRESH);
  const found = view?.instances.get(instance);
  if (view === undefined || found === undefined) throw new ProblemException(notFound());
  return { view, instance: found };
}

/** The series that a target of any level reaches; of one instance, its series with it alone. */
export async function locateTarget(
  ports: LocatePorts,
  target: Target,
  fresh: boolean,
): Promise<readonly LocatedSeries[]> {
  const { series, instance } = target;
  if (series === undefined || instance === undefined) return locate(ports, target);
  const located = await locateInstance(ports, { ...target, series, instance }, fresh);
  return [{ seriesUid: series, view: located.view, instances: [located.instance] }];
}
