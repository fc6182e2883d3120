import type { InstancesQuarantined, InstancesRefused } from '#archive/catalogue';
import { intakeStream } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Recorded } from '#events/event';
import { fromRecorded } from '#events/sealed-events';
import { uuid5 } from '#events/uuid5';
import type { DecidedPart } from './decide-slice.js';
import type { Fact } from './facts-of-slice.js';
import type { Job } from './job.js';
import { REASON_OF } from './outcomes.js';

type IntakeFact = InstancesRefused | InstancesQuarantined;

/** Parts that the log tells of already, each by `toldAs`. */
export type Told = ReadonlySet<string>;

export const NOTHING_TOLD: Told = new Set();

/** The parts that a recorded fact of an intake stream tells of. */
export function toldBy(recorded: Recorded): readonly string[] {
  const { type, data } = fromRecorded<IntakeFact>(recorded, undefined, archiveUpcasters);
  return data.parts.map(({ part }) => toldAs(type, data.job, part));
}

/**
 * Facts about what was not taken, per job: refused parts and parts kept aside. A job that is repeated may be cut into other slices,
 * so a part that is told already is left out: each fact begins with a part that none has begun with before, and its id says which.
 */
export function intakeFacts(
  decided: readonly DecidedPart[],
  told: Told,
): readonly Fact<IntakeFact>[] {
  const jobs = [...new Set(decided.map(({ read }) => read.job))];
  return jobs.flatMap((job) => {
    const own = decided.filter(({ read }) => read.job === job);
    return [refusedFact(job, own, told), quarantinedFact(job, own, told)].filter(
      (fact) => fact !== undefined,
    );
  });
}

const toldAs = (type: IntakeFact['type'], job: string, part: number) => `${type} ${job} ${part}`;

const refusedFact = (
  job: Job,
  decided: readonly DecidedPart[],
  told: Told,
): Fact<InstancesRefused> | undefined => {
  const parts = decided.flatMap(({ read: { part }, decision }) =>
    decision.outcome !== 'refuse' || told.has(toldAs('InstancesRefused', job.id, part))
      ? []
      : [{ part, reason: REASON_OF[decision.why], why: decision.why }],
  );
  const [first] = parts;
  if (first === undefined) return undefined;
  return {
    job,
    stream: intakeStream(job.id),
    id: uuid5(job.id, `refused-${first.part}`),
    event: { type: 'InstancesRefused', data: { hospital: job.hospital, job: job.id, parts } },
  };
};

const quarantinedFact = (
  job: Job,
  decided: readonly DecidedPart[],
  told: Told,
): Fact<InstancesQuarantined> | undefined => {
  const parts = decided.flatMap(({ read, decision }) => {
    if (decision.outcome !== 'quarantine' || read.place === undefined) return [];
    if (told.has(toldAs('InstancesQuarantined', job.id, read.part))) return [];
    const { offset, bytes } = read.place;
    return [
      {
        quarantine: uuid5(job.id, `quarantine-${read.part}`),
        pack: read.pack ?? '',
        part: read.part,
        reason: REASON_OF[decision.why],
        why: decision.why,
        entry: { sha256: read.sha256, offset, bytes },
      },
    ];
  });
  const [first] = parts;
  if (first === undefined) return undefined;
  return {
    job,
    stream: intakeStream(job.id),
    id: uuid5(job.id, `quarantined-${first.part}`),
    event: { type: 'InstancesQuarantined', data: { hospital: job.hospital, job: job.id, parts } },
  };
};
