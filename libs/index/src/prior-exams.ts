import type { Statement } from './findable.js';
import { eachBranch, type SearchReach } from './search-reach.js';
import { statementValues } from './search-sql.js';

/** Whose studies are looked for, and of which days (YYYYMMDD, both included). `person`: opaque. */
export type PriorsAsked = Readonly<{ person: string; from: string; until: string }>;

/** Studies of one person that are looked at, the youngest first. */
export const PRIORS_MAX = 500;

/** A study of `study_exams` within reach. Days are YYYYMMDD; `hospital_name`: as people call it. */
export type PriorExamRow = Readonly<{
  claim: string;
  hospital: string;
  hospital_name: string;
  study_uid: string;
  study_date: string;
  description: string;
  instance_count: number;
  bytes: string;
  confidentiality: string;
  tags: readonly string[];
  state: string;
  modality_group: string;
  regions: readonly string[];
  coarse: readonly string[];
  laterality: string;
  contrast: string;
  purposes: readonly string[];
  evidence: string;
  confidence: number;
}>;

/**
 * What a person was examined by, as far as the searcher may know: the reach stands in the statement, so that nothing else is read, counted or takes a
 * place among `PRIORS_MAX`. A study without a date, or that nobody has classified, is no earlier exam.
 */
export function priorExamsStatement(reach: SearchReach, asked: PriorsAsked): Statement {
  const { values, bind } = statementValues();
  const person = bind(asked.person);
  const claims = `array(select mine.claim from study_access as mine where mine.person = ${person} and mine.person <> '')`;
  const days = `studies.study_date between ${bind(asked.from)} and ${bind(asked.until)}`;
  const found = eachBranch(reach, bind, ({ from, where }) => ({
    text: `select ${COLUMNS} from ${from}
where ${[...where, `studies.claim = any (${claims})`, days].join(' and ')}`,
  }));
  return {
    text: `with found as (${found})
select found.*, ${OF_ACCESS}, ${OF_EXAM}, coalesce(known.name, found.hospital) as hospital_name
from found join study_access as access on access.claim = found.claim
  join study_exams as exams on exams.claim = found.claim
  left join hospitals as known on known.hospital = found.hospital
where ${IS_SEEN}
order by found.study_date desc, found.claim
limit ${bind(PRIORS_MAX)}`,
    values,
  };
}

/** Series that show no picture: reports, selections of images, how they are shown. */
const WITHOUT_PICTURES = ['SR', 'KO', 'PR', 'DOC', 'AU', 'REG', 'PLAN'];

/** Of a study of which something was rejected, pictures must be left: a dose report alone is no exam that has been done. */
const IS_SEEN = `(not exists (select from {schema}.rejected as r where r.claim = found.claim)
  or exists (select from {schema}.series as s where s.claim = found.claim and s.modality not in (${WITHOUT_PICTURES.map((one) => `'${one}'`)})))`;

const listed = (table: string, columns: readonly string[]): string =>
  columns.map((column) => `${table}.${column}`).join(', ');

const COLUMNS = listed('studies', [
  ...['claim', 'hospital', 'study_uid', 'study_date', 'description', 'instance_count', 'bytes'],
]);
const OF_ACCESS = listed('access', ['confidentiality', 'tags', 'state']);
const OF_EXAM = listed('exams', [
  ...['modality_group', 'regions', 'coarse', 'laterality', 'contrast', 'purposes', 'evidence'],
  'confidence',
]);
