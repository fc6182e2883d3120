import type { DicomJson, JsonElement } from '#dicom/dicom-json';
import { isUid } from '#dicom/uid';

/** An instance whose safekeeping is asked for; study and series when it was named under them. */
export type CommitmentReference = Readonly<{
  sopClass: string;
  instance: string;
  under?: Readonly<{ study: string; series: string }>;
}>;

/** The references of a request, or why it has none that can be used. */
export type CommitmentRequest =
  | Readonly<{ ok: true; references: readonly CommitmentReference[] }>
  | Readonly<{ ok: false; reason: 'no-references' | 'too-many-references' | 'bad-reference' }>;

export const COMMITMENT_REFERENCES_MAX = 10_000;

/** Failure Reason (0008,1197) values of a commitment (PS3.3 §C.14.1.1). */
export const CommitmentFailure = {
  ProcessingFailure: 0x0110,
  NoSuchObjectInstance: 0x0112,
  ClassInstanceConflict: 0x0119,
} as const;

const REFERENCED_SOP_SEQUENCE = '00081199';
const FAILED_SOP_SEQUENCE = '00081198';
const REFERENCED_STUDY_SEQUENCE = '00081110';
const FAILED_STUDY_SEQUENCE = '0008119B';
const REFERENCED_SERIES_SEQUENCE = '00081115';
const INSTANCES_BY_CLASS_SEQUENCE = '00081112';
const REFERENCED_INSTANCE_SEQUENCE = '0008114A';
const SOP_CLASS = '00081150';
const SOP_INSTANCE = '00081155';
const FAILURE_REASON = '00081197';
const STUDY = '0020000D';
const SERIES = '0020000E';

/** Reads the Storage Commitment Request Module (PS3.18 §J.1) of data sets of any shape, several of them as one. */
export function readCommitmentRequest(dataSets: readonly unknown[]): CommitmentRequest {
  const references: CommitmentReference[] = [];
  for (const reference of dataSets.flatMap((dataSet) => [...flat(dataSet), ...grouped(dataSet)])) {
    const { sopClass, instance, under } = reference;
    const uids = [sopClass, instance, ...(under === undefined ? [] : [under.study, under.series])];
    if (!uids.every(isUid)) return { ok: false, reason: 'bad-reference' };
    references.push(reference);
  }
  if (references.length === 0) return { ok: false, reason: 'no-references' };
  if (references.length > COMMITMENT_REFERENCES_MAX)
    return { ok: false, reason: 'too-many-references' };
  return { ok: true, references };
}

const flat = (dataSet: unknown): CommitmentReference[] =>
  items(dataSet, REFERENCED_SOP_SEQUENCE).map((item) => ({
    sopClass: text(item, SOP_CLASS),
    instance: text(item, SOP_INSTANCE),
  }));

function* grouped(dataSet: unknown): Generator<CommitmentReference> {
  for (const study of items(dataSet, REFERENCED_STUDY_SEQUENCE))
    for (const series of items(study, REFERENCED_SERIES_SEQUENCE))
      for (const byClass of items(series, INSTANCES_BY_CLASS_SEQUENCE))
        for (const instance of items(byClass, REFERENCED_INSTANCE_SEQUENCE))
          yield {
            sopClass: text(byClass, SOP_CLASS),
            instance: text(instance, SOP_INSTANCE),
            under: { study: text(study, STUDY), series: text(series, SERIES) },
          };
}

function items(dataSet: unknown, tag: string): readonly unknown[] {
  const values = member(member(dataSet, tag), 'Value');
  return Array.isArray(values) ? values : [];
}

function text(dataSet: unknown, tag: string): string {
  const values = member(member(dataSet, tag), 'Value');
  const [value] = Array.isArray(values) ? (values as readonly unknown[]) : [];
  return typeof value === 'string' ? value : '';
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** The Storage Commitment Response Module (PS3.18 §J.2); `reasons` has a failure for each reference, null where it is committed. */
export function commitmentResponse(
  references: readonly CommitmentReference[],
  reasons: readonly (number | null)[],
): DicomJson {
  const all = references.map((reference, index) => ({
    ...reference,
    reason: reasons[index] ?? null,
  }));
  const kept = all.filter(({ reason }) => reason === null);
  const failed = all.filter(({ reason }) => reason !== null);
  const module: DicomJson = {};
  put(module, REFERENCED_SOP_SEQUENCE, kept.filter(isFlat).map(reference));
  put(module, FAILED_SOP_SEQUENCE, failed.filter(isFlat).map(reference));
  put(module, REFERENCED_STUDY_SEQUENCE, studies(kept));
  put(module, FAILED_STUDY_SEQUENCE, studies(failed));
  return module;
}

type Answered = CommitmentReference & Readonly<{ reason: number | null }>;

const isFlat = ({ under }: Answered): boolean => under === undefined;

const put = (module: DicomJson, tag: string, found: readonly DicomJson[]): void => {
  if (found.length > 0) module[tag] = { vr: 'SQ', Value: found };
};

const uid = (value: string): JsonElement => ({ vr: 'UI', Value: [value] });

const reasonOf = ({ reason }: Answered): DicomJson =>
  reason === null ? {} : { [FAILURE_REASON]: { vr: 'US', Value: [reason] } };

const reference = (answered: Answered): DicomJson => ({
  [SOP_CLASS]: uid(answered.sopClass),
  [SOP_INSTANCE]: uid(answered.instance),
  ...reasonOf(answered),
});

const studies = (answered: readonly Answered[]): readonly DicomJson[] =>
  groups(
    answered.filter((one) => !isFlat(one)),
    ({ under }) => under?.study ?? '',
  ).map(([study, ofStudy]) => ({
    [STUDY]: uid(study),
    [REFERENCED_SERIES_SEQUENCE]: {
      vr: 'SQ',
      Value: groups(ofStudy, ({ under }) => under?.series ?? '').map(seriesItem),
    },
  }));

const seriesItem = ([series, ofSeries]: Group): DicomJson => ({
  [SERIES]: uid(series),
  [INSTANCES_BY_CLASS_SEQUENCE]: {
    vr: 'SQ',
    Value: groups(ofSeries, ({ sopClass }) => sopClass).map(([sopClass, ofClass]) => ({
      [SOP_CLASS]: uid(sopClass),
      [REFERENCED_INSTANCE_SEQUENCE]: {
        vr: 'SQ',
        Value: ofClass.map((one) => ({ [SOP_INSTANCE]: uid(one.instance), ...reasonOf(one) })),
      },
    })),
  },
});

type Group = readonly [name: string, members: readonly Answered[]];

const groups = (
  answered: readonly Answered[],
  nameOf: (one: Answered) => string,
): readonly Group[] => [...Map.groupBy(answered, nameOf)];
