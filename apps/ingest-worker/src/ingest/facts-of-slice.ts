import type {
  ArchiveEvent,
  Content,
  InstancesStored,
  PackEntry,
  PackLanded,
} from '#archive/catalogue';
import { FACT_ENTRIES_MAX, packStream, studyStream } from '#archive/catalogue';
import { uuid5 } from '#events/uuid5';
import type { StoredGroup } from './group-stored.js';
import type { Job } from './job.js';
import type { ReadPart } from './read-part.js';

/** An extract that was written: its content as a fact names it, and the group it belongs to. */
export type WrittenExtract = Readonly<{ group: StoredGroup; content: Content }>;

/** The extract pack of a slice; undefined when the slice stores nothing. */
export type ExtractPack = Readonly<{
  pack: string;
  key: string;
  bytes: number;
  entries: readonly PackEntry[];
  /** The pack itself, when it is small: it commits with the facts. */
  body?: Buffer;
}>;

/** An event bound for a stream, with the id that makes a repeat of the same work no new fact (design D15). */
export type Fact<E extends ArchiveEvent = ArchiveEvent> = Readonly<{
  stream: string;
  id: string;
  event: E;
  job: Job;
}>;

/** Facts of the packs of the jobs that a slice opens. */
export const landedFacts = (jobs: readonly Job[]): readonly Fact<PackLanded>[] =>
  jobs.flatMap((job) =>
    job.packs.flatMap(({ pack, key, bytes }, index) => {
      const entries = job.parts.flatMap((part): PackEntry[] =>
        'refused' in part || part.pack !== index
          ? []
          : [{ sha256: part.sha256, offset: part.offset, bytes: part.bytes }],
      );
      return packFacts(job, { pack, key, bytes, entries }, 'landing');
    }),
  );

/** Facts of one pack; a long list of entries is spread over several. */
export function packFacts(
  job: Job,
  { pack, key, bytes, entries }: ExtractPack,
  kind: 'landing' | 'extract',
): readonly Fact<PackLanded>[] {
  const chunks = Math.max(1, Math.ceil(entries.length / FACT_ENTRIES_MAX));
  return Array.from({ length: chunks }, (_, chunk) => ({
    job,
    stream: packStream(pack),
    id: uuid5(pack, `landed-${chunk}`),
    event: {
      type: 'PackLanded',
      data: {
        pack,
        kind,
        key,
        bytes,
        chunk,
        entries: entries
          .slice(chunk * FACT_ENTRIES_MAX, (chunk + 1) * FACT_ENTRIES_MAX)
          .map(({ sha256, offset, bytes: length }) => ({ sha256, offset, bytes: length })),
      },
    },
  }));
}

const NO_STUDIES: ReadonlySet<string> = new Set();

/** One fact per study, series and slice (design D4). The first of a study that is `created` says whose it is. */
export const storedFacts = (
  extracts: readonly WrittenExtract[],
  extractPack: ExtractPack | undefined,
  created = NO_STUDIES,
): readonly Fact<InstancesStored>[] =>
  extracts.flatMap(({ group, content }, index) => {
    const [first] = group.parts;
    if (first === undefined || extractPack === undefined) return [];
    const creates =
      created.has(group.claim) &&
      extracts.findIndex((other) => other.group.claim === group.claim) === index;
    const packs = [...new Set(group.parts.map(({ pack }) => pack)), extractPack.pack];
    return [
      {
        job: first.job,
        stream: studyStream(group.claim),
        id: uuid5(first.job.id, `${group.series}-${first.part}`),
        event: {
          type: 'InstancesStored' as const,
          data: {
            hospital: group.hospital,
            claim: group.claim,
            series: group.series,
            extract: content,
            packs,
            count: group.parts.length,
            bytes: group.parts.reduce((sum, { place }) => sum + place.bytes, 0),
            ...(creates && { patient: first.named?.patient ?? '' }),
          },
          personal: {
            study: group.studyUid,
            series: group.seriesUid,
            instances: group.parts.map(({ arrival: { identity, sha256 }, place }) => ({
              instance: identity.instance,
              sopClass: identity.sopClass,
              transferSyntax: identity.transferSyntax,
              sha256,
              bytes: place.bytes,
            })),
            ...(creates && statedBy(first)),
          },
        },
      },
    ];
  });

const statedBy = ({ named }: ReadPart) => {
  if (named === undefined) return {};
  const { authority, value, demographics } = named;
  return { patient: { authority, value, demographics } };
};
