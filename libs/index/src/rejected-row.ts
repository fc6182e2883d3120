import type { RejectionCode } from '#archive/rejection-events';
import type { Visibility } from './findable-change.js';

/** A rejection that holds in a series, and the SOP Instance UIDs that it names there, in order. */
export type RejectionInSeries = Readonly<{
  rejection: string;
  code: RejectionCode;
  instances: readonly string[];
}>;

/** A rejection note that lies in a series: nobody sees it, also when it was revoked. */
export type NoteInSeries = Readonly<{ rejection: string; code: RejectionCode; instance: string }>;

/** What may not be seen of one series, whether its instances are there already or not. */
export type RejectedRow = Readonly<{
  series: string;
  claim: string;
  hospital: string;
  rejections: readonly RejectionInSeries[];
  notes: readonly NoteInSeries[];
}>;

/** The rows of a study after a fact; a row that says nothing any more is gone. Pure and total. */
export function evolveRejected(
  before: readonly RejectedRow[],
  fact: Visibility,
): readonly RejectedRow[] {
  const rows = new Map(before.map((row) => [row.series, row]));
  const change = (series: string, evolve: (row: RejectedRow) => RejectedRow) => {
    const { claim, hospital } = fact;
    const row = rows.get(series) ?? { series, claim, hospital, rejections: [], notes: [] };
    rows.set(series, evolve(row));
  };
  if (fact.kind === 'revoked') {
    const named = new Map(fact.series.map(({ series, instances }) => [series, instances]));
    for (const { series } of before)
      change(series, (row) => revoked(row, fact.rejection, named.get(series) ?? []));
  } else {
    for (const { series, instances } of fact.series)
      change(series, (row) => rejected(row, fact, instances));
    change(fact.note.series, (row) => withNote(row, fact));
  }
  return [...rows.values()].filter(({ rejections, notes }) => rejections.length + notes.length > 0);
}

type Rejected = Extract<Visibility, { kind: 'rejected' }>;

function rejected(
  row: RejectedRow,
  { rejection, code }: Rejected,
  more: readonly string[],
): RejectedRow {
  const known = row.rejections.find((one) => one.rejection === rejection);
  const instances = [...new Set([...(known?.instances ?? []), ...more])].sort();
  const others = row.rejections.filter((one) => one !== known);
  return { ...row, rejections: [...others, { rejection, code, instances }].sort(byRejection) };
}

function withNote(row: RejectedRow, { rejection, code, note: { instance } }: Rejected) {
  const others = row.notes.filter((one) => one.rejection !== rejection);
  return { ...row, notes: [...others, { rejection, code, instance }].sort(byRejection) };
}

const byRejection = (a: { rejection: string }, b: { rejection: string }) =>
  a.rejection < b.rejection ? -1 : 1;

function revoked(row: RejectedRow, rejection: string, named: readonly string[]): RejectedRow {
  if (rejection !== '')
    return { ...row, rejections: row.rejections.filter((one) => one.rejection !== rejection) };
  const restored = new Set(named);
  const rejections = row.rejections
    .map((one) => ({ ...one, instances: one.instances.filter((uid) => !restored.has(uid)) }))
    .filter(({ instances }) => instances.length > 0);
  return { ...row, rejections };
}

const NOTHING: ReadonlySet<string> = new Set();

/** SOP Instance UIDs that may not be seen in the series. */
export function hiddenIn(row: RejectedRow | undefined): ReadonlySet<string> {
  if (row === undefined) return NOTHING;
  const uids = row.rejections.flatMap(({ instances }) => instances);
  return new Set([...uids, ...row.notes.map(({ instance }) => instance)]);
}

/** SOP Instance UIDs that rejections with one of these codes name in the series, and that no other does. */
export function rejectedAs(
  { rejections }: RejectedRow,
  codes: readonly RejectionCode[],
): ReadonlySet<string> {
  const has = ({ code }: RejectionInSeries) => codes.includes(code);
  const others = new Set(
    rejections.filter((one) => !has(one)).flatMap(({ instances }) => instances),
  );
  const named = rejections.filter(has).flatMap(({ instances }) => instances);
  return new Set(named.filter((uid) => !others.has(uid)));
}

/** How access is decided to a study of which nothing may be seen: as what was rejected for quality alone, or as the safety of patients asks. */
export const stateOf = (rows: readonly RejectedRow[]): 'rejected-quality' | 'rejected-safety' =>
  rows.some(({ rejections }) => rejections.some(({ code }) => code !== '113001'))
    ? 'rejected-safety'
    : 'rejected-quality';

/** The row of the table of what is rejected, and back. */
export const rejectedColumns = ({ series, claim, hospital, rejections, notes }: RejectedRow) => ({
  ...{ series, claim, hospital },
  rejections: JSON.stringify({ rejections, notes }),
});

export function toRejectedRow(row: Readonly<Record<string, unknown>>): RejectedRow {
  const said = JSON.parse(String(row['rejections'])) as Pick<RejectedRow, 'rejections' | 'notes'>;
  const { series, claim, hospital } = row;
  return {
    ...{ series: String(series), claim: String(claim), hospital: String(hospital) },
    ...said,
  };
}
