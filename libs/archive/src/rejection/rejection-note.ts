import { isUid } from '#dicom/uid';
import { REJECTION_CODES, type RejectionCode } from '../rejection-events.js';

/** Key Object Selection Document Storage (PS3.4 §B.5). */
const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';

/** Instances that one note may reject: a larger study is rejected by several. */
export const NOTE_INSTANCES_MAX = 20_000;
/** The tree of a Key Object Selection is flat (PS3.16 TID 2010). */
const CONTENT_DEPTH_MAX = 4;
/** Items of one sequence of a note. */
const ITEMS_MAX = 2 * NOTE_INSTANCES_MAX;

/** What of the DICOM JSON model (PS3.18 Annex F) a note is read from. */
type DataSet = Readonly<Record<string, Readonly<{ Value?: readonly unknown[] }>>>;

/** A note as its data set says it: UIDs of the series of its own study, and of the instances in them that it rejects. */
export type RejectionNote = Readonly<{
  code: RejectionCode;
  series: ReadonlyMap<string, ReadonlySet<string>>;
}>;

/** Why a note is refused. */
export type NoteFault = 'note-unclear' | 'note-other-study' | 'note-too-large';

/**
 * The rejection note that a data set is (IHE RAD IOCM: a Key Object Selection whose title is a code of rejection); undefined when it is none, a fault when it
 * is one that can't be followed: names another study, nothing, itself, too much, or shows what it doesn't list.
 */
export function rejectionNote(dataSet: DataSet): RejectionNote | NoteFault | undefined {
  if (textOf(dataSet, '00080016') !== KEY_OBJECT_SELECTION) return undefined;
  const titles = itemsOf(dataSet, '0040A043');
  const codes = titles.flatMap((title) => rejectionCodeOf(title) ?? []);
  const [code] = codes;
  if (code === undefined) return undefined;
  if (titles.length !== 1) return 'note-unclear';
  const series = evidenceOf(dataSet);
  if (typeof series === 'string') return series;
  const listed = new Set([...series.values()].flatMap((instances) => [...instances]));
  const isClear =
    listed.size > 0 &&
    !listed.has(textOf(dataSet, '00080018')) &&
    showsOnly(listed, itemsOf(dataSet, '0040A730'), CONTENT_DEPTH_MAX);
  return isClear ? { code, series } : 'note-unclear';
}

const rejectionCodeOf = (title: DataSet): RejectionCode | undefined =>
  textOf(title, '00080102') === 'DCM'
    ? REJECTION_CODES.find((code) => code === textOf(title, '00080100'))
    : undefined;

type Listed = Map<string, Set<string>>;

/** Current Requested Procedure Evidence Sequence (PS3.3 §C.17.2.1). */
function evidenceOf(dataSet: DataSet): Listed | NoteFault {
  const listed: Listed = new Map();
  let instances = 0;
  for (const study of itemsOf(dataSet, '0040A375')) {
    if (textOf(study, '0020000D') !== textOf(dataSet, '0020000D')) return 'note-other-study';
    for (const series of itemsOf(study, '00081115')) {
      const named = itemsOf(series, '00081199');
      instances += named.length;
      if (instances > NOTE_INSTANCES_MAX) return 'note-too-large';
      if (!list(listed, series, named)) return 'note-unclear';
    }
  }
  return listed;
}

function list(listed: Listed, series: DataSet, named: readonly DataSet[]): boolean {
  const uid = textOf(series, '0020000E');
  const uids = named.map((one) => textOf(one, '00081155'));
  if (![uid, ...uids].every(isUid)) return false;
  listed.set(uid, new Set([...(listed.get(uid) ?? []), ...uids]));
  return true;
}

/** Whether the tree of the document shows nothing but what the evidence lists. */
function showsOnly(
  listed: ReadonlySet<string>,
  content: readonly DataSet[],
  depthLeft: number,
): boolean {
  if (content.length > 0 && depthLeft === 0) return false;
  return content.every(
    (item) =>
      itemsOf(item, '00081199').every((shown) => listed.has(textOf(shown, '00081155'))) &&
      showsOnly(listed, itemsOf(item, '0040A730'), depthLeft - 1),
  );
}

const itemsOf = (dataSet: DataSet, tag: string): readonly DataSet[] =>
  (dataSet[tag]?.Value ?? [])
    .slice(0, ITEMS_MAX)
    .filter((item): item is DataSet => typeof item === 'object' && item !== null);

const textOf = (dataSet: DataSet, tag: string): string => {
  const value = dataSet[tag]?.Value?.[0];
  return typeof value === 'string' ? value : '';
};
