import type { AccessPolicy } from '#archive/access/access-table';
import { whoseRights } from '#archive/access/decide-access';
import type { ExamClass } from '#exams/exam-class';
import type { PriorQuality } from '#exams/match-words';
import { reachOf } from '#index/access-reach';
import type { Findable } from '#index/findable';
import { knownOf } from '#index/known-of-searcher';
import { type PriorExamRow, priorExamsStatement } from '#index/prior-exams';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import type { KnownStudy } from './duplicate.js';

/** What looking for studies needs; `wallMs`: milliseconds since 1970. */
export type KnownStudiesPorts = Readonly<{
  findable: Pick<Findable, 'rows'>;
  policyInForce: () => AccessPolicy;
  wallMs: () => number;
}>;

/** Of whom, and of which days (YYYY-MM-DD, both included). `person`: opaque. */
export type PersonAndDays = Readonly<{ person: string; from: string; until: string }>;

/**
 * Studies of one person that the caller may open now, wherever they lie: what somebody may not look at is no use to them, and is not
 * there for them in any answer (design D11).
 */
export async function knownStudies(
  { findable, policyInForce, wallMs }: KnownStudiesPorts,
  caller: Caller,
  { person, from, until }: PersonAndDays,
): Promise<readonly KnownStudy[]> {
  const subject = accessSubjectOf(caller);
  const policy = policyInForce();
  const at = new Date(wallMs()).toISOString();
  const known = await knownOf(findable, whoseRights(subject, policy) ?? subject);
  const reach = reachOf(subject, 'retrieve', { policy, at, known });
  const days = { from: compact(from), until: compact(until) };
  const rows = await findable.rows(priorExamsStatement(reach, { person, ...days }));
  return (rows as readonly PriorExamRow[]).flatMap(studyOf);
}

const compact = (day: string): string => day.replaceAll('-', '');

const DAY = /^(\d{4})(\d\d)(\d\d)$/;

/** Dates of data sets may be anything: what is no day can't be compared with one. */
const dayOf = (text: string): string | undefined => {
  const [, year, month, day] = DAY.exec(text) ?? [];
  const iso = `${year}-${month}-${day}`;
  return Number.isNaN(Date.parse(iso)) ? undefined : iso;
};

function studyOf(row: PriorExamRow): readonly KnownStudy[] {
  const on = dayOf(row.study_date);
  if (on === undefined) return [];
  const quality = QUALITIES[row.state] ?? 'rejected';
  return [
    {
      kind: 'study',
      claim: row.claim,
      hospital: row.hospital,
      hospitalName: row.hospital_name,
      study: row.study_uid,
      description: row.description,
      instances: row.instance_count,
      bytes: Number(row.bytes),
      isOrdinary: row.confidentiality === 'N' && row.tags.length === 0 && row.state === 'active',
      exam: { exam: examOf(row), on, state: 'done', quality, identity: 'certain' },
    },
  ];
}

const QUALITIES: Readonly<Record<string, PriorQuality>> = {
  active: 'final',
  'rejected-quality': 'not-diagnostic',
};

/** The words of the row are those of ExamClass: the table's constraints and its writer see to it. */
const examOf = (row: PriorExamRow): ExamClass =>
  ({
    group: row.modality_group,
    regions: row.regions,
    coarse: row.coarse,
    laterality: row.laterality,
    contrast: row.contrast,
    purposes: row.purposes,
    evidence: row.evidence,
    confidence: row.confidence,
  }) as ExamClass;
