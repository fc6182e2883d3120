import type { Pool } from 'pg';
import { distinctStudies } from '../distinct-studies.js';
import type { Findable } from '../findable.js';
import type {
  CopyKind,
  CopyPair,
  CopyReport,
  NamedStudy,
  ObjectCopies,
  PairsAsked,
  SplitAsked,
  SplitExam,
} from '../object-copies.js';
import { type Bind, statementValues } from '../search-sql.js';
import { type Looker, permittedSql } from '../seen-studies.js';

type CopyPorts = Readonly<{ pool: Pool; findable: Pick<Findable, 'rows'> }>;

/** Copies over the tables that are filled when studies are settled. */
export const objectCopies = (ports: CopyPorts): ObjectCopies => ({
  report: (hospital) => report(ports, hospital),
  pairs: (asked) => readPairs(ports, asked),
  splitExams: (asked) => readSplit(ports, asked),
  distinctOf: (asked) => distinctOf(ports, asked),
  distinct: async (hospital, claims) => {
    const studies = await ports.pool.query(
      `select wanted.claim, coalesce(p.instances, 0) as instances
       from unnest($2::text[]) with ordinality as wanted (claim, place) left join pixel_studies p on p.claim = wanted.claim
       where exists (select from study_access a where a.claim = wanted.claim and a.hospital = $1) order by place`,
      [hospital, claims],
    );
    const shared = await ports.pool.query(
      `select claim, other, instances from pixel_copies
       where hospital = $1 and claim = any ($2) and other = any ($2) and claim <> other`,
      [hospital, claims],
    );
    return distinctStudies(studies.rows, shared.rows);
  },
});

/** Containment goes on through others: what lies in a copy lies in what that is a copy of, so it is enough that there is any. */
async function distinctOf(
  { pool }: CopyPorts,
  { hospital, after, limit }: Readonly<{ hospital: string; after: string; limit: number }>,
): Promise<readonly NamedStudy[]> {
  const { rows } = await pool.query(
    `select a.claim, a.study_uid as study from study_access a left join pixel_studies p on p.claim = a.claim
     where a.hospital = $1 and a.claim > $2 and not exists (
       select from (
         select other as claim, instances from pixel_copies where claim = a.claim
         union all select claim, instances from pixel_copies where other = a.claim
       ) c join pixel_studies q on q.claim = c.claim
       where c.claim <> a.claim and c.instances >= p.instances and (q.instances, a.claim) > (p.instances, c.claim)
     ) order by a.claim limit $3`,
    [hospital, after, limit],
  );
  return rows;
}

/** By whom the two studies are of now: `a` and `b` are their rows of study_access. */
const KIND = `case when c.claim = c.other then 'same-study' when a.patient = b.patient and a.patient <> '' then 'same-patient'
  when a.person = b.person and a.person <> '' then 'other-id' else 'other-person' end`;

const COPIES = `pixel_copies c join study_access a on a.claim = c.claim join study_access b on b.claim = c.other`;

const SPLIT = `select array_agg(studies.claim order by studies.claim) as claims, array_agg(studies.study_uid order by studies.claim) as uids,
    min(studies.claim) as first
  from {schema}.studies as studies join study_access as access on access.claim = studies.claim`;
const SPLIT_BY = `group by studies.accession, access.patient having count(*) > 1`;
const IN_EXAM = `studies.accession <> '' and access.patient <> ''`;

async function report({ pool, findable }: CopyPorts, hospital: string): Promise<CopyReport> {
  const [looked, whole, again, copies, split] = await Promise.all([
    pool.query(
      `select count(*)::int as studies, coalesce(sum(instances), 0)::float8 as instances from pixel_studies where hospital = $1`,
      [hospital],
    ),
    findable.rows({
      text: `select count(*)::int as studies, coalesce(sum(instance_count), 0)::float8 as instances from {schema}.studies where hospital = $1`,
      values: [hospital],
    }),
    pool.query(
      `select coalesce(sum(instances), 0)::float8 as instances, coalesce(sum(bytes), 0)::float8 as bytes from sent_again where hospital = $1`,
      [hospital],
    ),
    pool.query(
      `select ${KIND} as kind, count(*)::int as pairs, sum(c.instances)::float8 as instances, sum(c.bytes)::float8 as bytes
       from ${COPIES} where c.hospital = $1 group by 1 order by 1`,
      [hospital],
    ),
    findable.rows({
      text: `select count(*)::int as examinations, coalesce(sum(cardinality(claims)), 0)::int as studies
        from (${SPLIT} where studies.hospital = $1 and ${IN_EXAM} ${SPLIT_BY}) exams`,
      values: [hospital],
    }),
  ]);
  const [of] = whole as readonly { studies: number; instances: number }[];
  const [exams] = split as readonly CopyReport['split'][];
  return {
    hospital,
    lookedAt: {
      ...looked.rows[0],
      ...{ ofStudies: of?.studies ?? 0, ofInstances: of?.instances ?? 0 },
    },
    sentAgain: again.rows[0],
    copies: copies.rows,
    split: exams ?? { examinations: 0, studies: 0 },
  };
}

const foundBy = (looker: Looker | undefined, bind: Bind): string =>
  looker === undefined ? 'true' : permittedSql(looker, 'search', bind);

async function readPairs(
  { pool }: CopyPorts,
  { hospital, looker, kind, after, limit }: PairsAsked,
): Promise<readonly CopyPair[]> {
  const { values, bind } = statementValues();
  const seen = (claim: string) =>
    `exists (select from study_access as access where access.claim = ${claim} and ${foundBy(looker, bind)})`;
  const text = `select ${KIND} as kind, c.claim, c.other, c.instances, c.bytes, a.study_uid, b.study_uid as other_uid
    from ${COPIES} where c.hospital = ${bind(hospital)} and (c.claim, c.other) > (${bind(after[0])}::text, ${bind(after[1])}::text)
      and (${bind(kind ?? null)}::text is null or ${KIND} = ${bind(kind ?? null)})
      and ${seen('c.claim')} and ${seen('c.other')}
    order by c.claim, c.other limit ${bind(limit)}`;
  const { rows } = await pool.query(text, values);
  return rows.map((row) => ({
    kind: row.kind as CopyKind,
    instances: row.instances,
    bytes: Number(row.bytes),
    first: { claim: row.claim, study: row.study_uid },
    second: { claim: row.other, study: row.other_uid },
  }));
}

async function readSplit(
  { findable }: CopyPorts,
  { hospital, looker, after, limit }: SplitAsked,
): Promise<readonly SplitExam[]> {
  const { values, bind } = statementValues();
  const text = `select claims, uids from (
      ${SPLIT} where studies.hospital = ${bind(hospital)} and ${IN_EXAM} and ${foundBy(looker, bind)} ${SPLIT_BY}
    ) exams where first > ${bind(after)} order by first limit ${bind(limit)}`;
  const rows = (await findable.rows({ text, values })) as readonly {
    claims: readonly string[];
    uids: readonly string[];
  }[];
  return rows.map(({ claims, uids }) => ({
    studies: claims.map((claim, index) => ({ claim, study: uids[index] ?? '' })),
  }));
}
