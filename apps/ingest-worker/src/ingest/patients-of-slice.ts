import { isOtherPatient, type StudyPatient } from '#archive/intake/other-patient';
import { type AccessRow, accessRow } from '#index/access-row';
import type { Rows } from '#index/findable-rows';
import { columnText, type HeaderJson, momentText, textOf } from '#index/header-json';
import { arrivingPatient, type KnownPatients } from '#index/known-patients';
import { mergeAttributes } from '#index/row-attributes';
import type { StoredGroup } from './group-stored.js';
import type { NamedPatient } from './named-patient.js';
import type { ReadPart } from './read-part.js';

type Part = Pick<ReadPart, 'arrival' | 'named'>;

/** The opaque ids of the patients whom these parts name. */
export const patientsIn = (parts: readonly Part[]): readonly string[] => [
  ...new Set(parts.flatMap(({ named }) => named?.patient ?? [])),
];

/** Whether a study of the slice names several patients: then it must be known whether they are linked before anything is decided. */
export function namesSeveral(parts: readonly Part[]): boolean {
  const named = new Map<string, string>();
  return parts.some(({ arrival: { claim }, named: own }) => {
    const first = named.get(claim);
    if (own !== undefined && first === undefined) named.set(claim, own.patient);
    return own !== undefined && first !== undefined && first !== own.patient;
  });
}

/** Whether a part names another human than its study, which is what is known of it or what `first`, its first part in the slice, makes it. */
export function isOther(known: KnownPatients, part: Part, first: Part | undefined): boolean {
  const { named } = part;
  if (named === undefined) return false;
  const study = known.studies.get(part.arrival.claim) ?? studyOf(first?.named, known);
  return isOtherPatient(arrivingPatient(named, known), study, named.own);
}

const studyOf = (named: NamedPatient | undefined, known: KnownPatients): StudyPatient | undefined =>
  named && { ...arrivingPatient(named, known), origin: named.patient };

/** Claims of the groups whose first facts these are. */
export function newStudies(groups: readonly StoredGroup[], before: Rows): ReadonlySet<string> {
  const known = new Set(before.studies.map(({ claim }) => claim));
  return new Set(groups.map(({ claim }) => claim).filter((claim) => !known.has(claim)));
}

/**
 * Whether what was decided about patients still holds under the locks. It doesn't when a part names another human, or when a study that is
 * there has no row of whose it is yet: that one is filled before the slice is decided again.
 */
export function patientsHold(
  groups: readonly StoredGroup[],
  known: KnownPatients,
  created: ReadonlySet<string>,
): boolean {
  const firsts = new Map<string, Part>();
  return groups.every(({ claim, parts }) => {
    if (!created.has(claim) && !known.studies.has(claim)) return false;
    return parts.every((part) => {
      if (!firsts.has(claim)) firsts.set(claim, part);
      return !isOther(known, part, firsts.get(claim));
    });
  });
}

/** Rows of the studies that are new, and of those whose date or time comes only now. */
export function accessRowsOf(
  groups: readonly StoredGroup[],
  before: Rows,
  created: ReadonlySet<string>,
): readonly AccessRow[] {
  const rows = new Map(before.studies.map((row) => [row.claim, row.attributes]));
  return [...Map.groupBy(groups, ({ claim }) => claim)].flatMap(([claim, own]) => {
    const attributes = rows.get(claim) ?? {};
    const after = own.flatMap(({ parts }) => parts).reduce(withMoment, attributes);
    return created.has(claim) || after !== attributes ? [rowOf(own, after)] : [];
  });
}

const MOMENT = { required: { '00080020': 'DA', '00080030': 'TM' }, optional: [] };

const withMoment = (attributes: HeaderJson, { header }: ReadPart): HeaderJson =>
  mergeAttributes(MOMENT, attributes, header);

const rowOf = (groups: readonly StoredGroup[], moment: HeaderJson): AccessRow => {
  const [first] = groups;
  if (first === undefined) throw new Error('a study has no groups');
  const named = first.parts[0]?.named;
  return accessRow({
    claim: first.claim,
    hospital: first.hospital,
    studyUid: columnText(first.studyUid),
    date: momentText(textOf(moment, '00080020')),
    time: momentText(textOf(moment, '00080030')),
    patient: named?.patient ?? '',
    stated: named,
  });
};
