import type { Authorities } from '#archive/identity/patient-identifier';
import type { Arrival } from '#archive/intake/decide-intake';
import { type RejectionNote, rejectionNote } from '#archive/rejection/rejection-note';
import { type DicomJson, dicomJsonText } from '#dicom/dicom-json';
import { frameIndexOf } from '#dicom/frame-index';
import { encodeFrameIndex } from '#dicom/frame-index-code';
import { type Header, readHeader } from '#dicom/read-header';
import type { ExtractedInstance } from '#index/extract';
import { type HeaderJson, textOf } from '#index/header-json';
import { factOf, type InstanceFact } from '#index/instance-fact';
import type { OpaqueIds } from '#index/opaque-ids';
import type { Place } from '#index/series-view';
import type { PartRefusal } from '#storage/ingest-job';
import type { ObjectStore } from '#storage/object-store';
import type { Job, JobPart } from './job.js';
import { type NamedPatient, namedPatient } from './named-patient.js';

/** A part whose header was read; what it says of itself isn't decided yet. */
export type ReadPart = Readonly<{
  job: Job;
  part: number;
  place: Place;
  pack: string;
  sha256: string;
  arrival: Arrival;
  /** Undefined when the data set names nobody. */
  named?: NamedPatient | undefined;
  /** What it rejects, when it is a rejection note that can be followed. */
  note?: RejectionNote | undefined;
  header: HeaderJson;
  fact: InstanceFact;
  /** Elements of the header, nested ones included. */
  elements: number;
  extracted: ExtractedInstance;
}>;

/** A part that can't become an instance whatever the archive holds. */
export type UnreadPart = Readonly<{
  job: Job;
  part: number;
  place: Place | undefined;
  pack: string | undefined;
  sha256: string;
  why: 'unreadable' | 'processing' | PartRefusal;
  /** What the edge knew of it. */
  known?: Readonly<{ sopClass?: string; instance?: string }>;
}>;

export type Source = Readonly<{
  store: ObjectStore;
  ids: OpaqueIds;
  /** How the identifiers in a hospital's data sets are read. */
  authoritiesOf: (hospital: string) => Promise<Authorities>;
}>;

/** Stage 1 (design D15): reads the header by ranges of the pack, never the pixels. */
export async function readPart(
  { store, ids, authoritiesOf }: Source,
  job: Job,
  jobPart: JobPart,
): Promise<ReadPart | UnreadPart> {
  if ('refused' in jobPart) return unreadPart({ job, part: jobPart });
  const at = located(job, jobPart);
  const result = await readHeader({
    length: jobPart.bytes,
    read: (start, end) => readRange(store, at.place, start, end),
  });
  const described = result.ok ? describe(ids, at, result.header) : undefined;
  if (described === undefined) return { ...at, why: 'unreadable' };
  return {
    ...at,
    ...described,
    named: namedPatient(described.header, ids, await authoritiesOf(job.hospital)),
  };
}

/** A part that nobody tried to read: refused by the edge, or of a job that has failed too often. */
export const unreadPart = ({ job, part }: Readonly<{ job: Job; part: JobPart }>): UnreadPart =>
  'refused' in part
    ? { ...REFUSED, job, part: part.part, why: part.refused, known: knownOf(part) }
    : { ...located(job, part), why: 'processing' };

const REFUSED = { place: undefined, pack: undefined, sha256: '' } as const;

const knownOf = ({ sopClass, instance }: Extract<JobPart, { refused: PartRefusal }>) => ({
  ...(sopClass === undefined ? {} : { sopClass }),
  ...(instance === undefined ? {} : { instance }),
});

type LocatedPart = Exclude<JobPart, { refused: unknown }>;

const located = (job: Job, { part, pack: index, sha256, offset, bytes }: LocatedPart) => {
  const pack = job.packs[index];
  if (pack === undefined) throw new Error('a job names a pack that it does not list');
  return { job, part, sha256, pack: pack.pack, place: { key: pack.key, offset, bytes } };
};

const readRange = async (store: ObjectStore, place: Place, start: number, end: number) => {
  const range = { start: place.offset + start, end: place.offset + end };
  const bytes = await store.read(place.key, range);
  if (bytes === undefined) throw new Error('a job names a pack that is not in the object store');
  return bytes;
};

type At = Readonly<{ job: Job; sha256: string; place: Place }>;

/** The text of a header in DICOM JSON, in bytes; control characters and person names grow sixfold in it. */
const JSON_BYTES_MAX = 128 * 1024 * 1024;

/** Undefined when the header would be too long for an extract. */
const describe = (ids: OpaqueIds, { job, sha256, place }: At, header: Header) => {
  const text = dicomJsonText(inUtf8(header.dataSet));
  if (Buffer.byteLength(text) > JSON_BYTES_MAX) return undefined;
  const json = header.dataSet as HeaderJson;
  const identity = {
    study: textOf(json, '0020000D'),
    series: textOf(json, '0020000E'),
    instance: textOf(json, '00080018'),
    sopClass: textOf(json, '00080016'),
    transferSyntax: header.transferSyntax,
  };
  const note = rejectionNote(json);
  const frames = frameIndexOf(header);
  const frameIndex = frames.ok ? encodeFrameIndex(frames.frameIndex) : null;
  const arrival: Arrival = {
    identity,
    sha256,
    claim: ids.claim(job.hospital, identity.study),
    series: ids.series(job.hospital, identity.study, identity.series),
    pathStudy: job.study,
    noteFault: typeof note === 'string' ? note : undefined,
  };
  const extracted: ExtractedInstance = {
    json: text,
    bulk: header.bulk.map(({ path, start, length }) => ({ path, start, length })),
    frameIndex,
    dataSetStart: header.dataSetStart,
    deflated: header.deflated,
  };
  return {
    arrival,
    note: typeof note === 'string' ? undefined : note,
    header: json,
    elements: header.elements,
    extracted,
    fact: factOf(json, { ...identity, sha256, bytes: place.bytes, frameIndex }),
  };
};

const SPECIFIC_CHARACTER_SET = '00080005';

/** DICOM JSON is UTF-8 (PS3.18 §F.2), whatever the file was written in. */
const inUtf8 = (dataSet: DicomJson): DicomJson =>
  dataSet[SPECIFIC_CHARACTER_SET] === undefined
    ? dataSet
    : { ...dataSet, [SPECIFIC_CHARACTER_SET]: { vr: 'CS', Value: ['ISO_IR 192'] } };
