import { studyStream } from '#archive/catalogue';
import type {
  InstancesRejected,
  RejectionRevoked,
  SeriesInstances,
} from '#archive/rejection-events';
import { uuid5 } from '#events/uuid5';
import type { OpaqueIds } from '#index/opaque-ids';
import type { DecidedPart } from './decide-slice.js';
import type { Fact } from './facts-of-slice.js';
import type { ReadPart } from './read-part.js';

/** SOP Instance UIDs in one fact, so that it stays under the bound of an event. */
const INSTANCES_PER_FACT_MAX = 4_000;

export type RejectionFact = Fact<InstancesRejected | RejectionRevoked>;

/** What the rejection notes of a slice reject, and what rejected instances that were sent again restore. They follow on what the slice stores. */
export function rejectionFacts(
  ids: Pick<OpaqueIds, 'series' | 'instance'>,
  decided: readonly DecidedPart[],
): readonly RejectionFact[] {
  const decidedAs = (outcome: string): readonly ReadPart[] =>
    decided.flatMap(({ read, decision }) =>
      decision.outcome === outcome && 'arrival' in read ? [read] : [],
    );
  return [
    ...decidedAs('store').flatMap((part) => rejectedFacts(ids, part)),
    ...restoredFacts(decidedAs('restore')),
  ];
}

function rejectedFacts(
  ids: Pick<OpaqueIds, 'series' | 'instance'>,
  { job, part, note, arrival }: ReadPart,
): readonly Fact<InstancesRejected>[] {
  if (note === undefined) return [];
  const { hospital } = job;
  const { claim, series: ofNote, identity } = arrival;
  const named = [...note.series].flatMap(([uid, uids]) => {
    const series = ids.series(hospital, identity.study, uid);
    return [...uids].map((instance) => ({ series, instance }));
  });
  const rejection = ids.instance(hospital, identity.instance).toString('hex');
  const chunks = Math.ceil(named.length / INSTANCES_PER_FACT_MAX);
  return Array.from({ length: chunks }, (_, chunk) => {
    const own = named.slice(chunk * INSTANCES_PER_FACT_MAX, (chunk + 1) * INSTANCES_PER_FACT_MAX);
    return {
      job,
      stream: studyStream(claim),
      id: uuid5(job.id, `rejected-${part}-${chunk}`),
      event: {
        type: 'InstancesRejected',
        data: { hospital, claim, rejection, code: note.code, chunk, count: own.length },
        personal: {
          note: { series: ofNote, instance: identity.instance },
          series: bySeries(own),
        },
      },
    };
  });
}

const restoredFacts = (parts: readonly ReadPart[]): readonly Fact<RejectionRevoked>[] =>
  [...Map.groupBy(parts, ({ arrival }) => arrival.claim)].flatMap(([claim, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const { job, part } = first;
    const named = own.map(({ arrival: { series, identity } }) => ({
      series,
      instance: identity.instance,
    }));
    return [
      {
        job,
        stream: studyStream(claim),
        id: uuid5(job.id, `restored-${claim}-${part}`),
        event: {
          type: 'RejectionRevoked',
          data: { hospital: job.hospital, claim, rejection: '', actor: '' },
          personal: { series: bySeries(named) },
        },
      },
    ];
  });

const bySeries = (
  named: readonly Readonly<{ series: string; instance: string }>[],
): readonly SeriesInstances[] =>
  [...Map.groupBy(named, ({ series }) => series)].map(([series, own]) => ({
    series,
    instances: own.map(({ instance }) => instance),
  }));
