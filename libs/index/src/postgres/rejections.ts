import type { Pool } from 'pg';
import type { Findable } from '../findable.js';
import { type RejectedRow, toRejectedRow } from '../rejected-row.js';
import type { HeldRejection, RejectionInDetail, RejectionPage, Rejections } from '../rejections.js';

export type RejectionsPorts = Readonly<{ pool: Pool; findable: Pick<Findable, 'rows'> }>;

/** Reads the active version of the findable projection; what is asked for stands in a table of its own. */
export const rejectionsOf = ({ pool, findable }: RejectionsPorts): Rejections => ({
  list: listRejections.bind(undefined, findable),
  find: findRejection.bind(undefined, findable),
  revoke: async ({ hospital, claim, id, actor }) => {
    const { rows } = await pool.query(
      'insert into rejection_revocations (hospital, claim, rejection, actor) values ($1, $2, $3, $4) returning id',
      [hospital, claim, id, actor],
    );
    return String(rows[0]?.id);
  },
  outcome: async (asked) => {
    const { rows } = await pool.query('select outcome from rejection_revocations where id = $1', [
      asked,
    ]);
    return rows[0]?.outcome ?? undefined;
  },
});

async function listRejections(
  findable: Pick<Findable, 'rows'>,
  hospital: string,
  { after, studiesMax }: Readonly<{ after: string; studiesMax: number }>,
): Promise<RejectionPage> {
  const rows = await findable.rows({
    text: `with page as (select distinct claim from {schema}.rejected where hospital = $1 and claim > $2 order by claim limit $3)
      select r.series, r.claim, r.hospital, r.rejections, a.study_uid from page join {schema}.rejected r using (claim)
      left join study_access a using (claim) order by r.claim, r.series`,
    values: [hospital, after, studiesMax + 1],
  });
  const studies = [...Map.groupBy(rows, (row) => String(row['claim']))];
  const shown = studies.slice(0, studiesMax);
  return {
    items: shown.flatMap(([, own]) => heldOf(own)),
    next: studies.length > studiesMax ? shown.at(-1)?.[0] : undefined,
  };
}

type Row = Readonly<Record<string, unknown>>;

/** The rejections of one study, which are spread over the rows of its series. */
function heldOf(rows: readonly Row[]): readonly HeldRejection[] {
  const study = String(rows[0]?.['study_uid'] ?? '');
  const all = rows.map(toRejectedRow).flatMap(({ claim, rejections }) =>
    rejections.map(({ rejection: id, code, instances }) => ({
      ...{ id, claim, study, code },
      instances: instances.length,
    })),
  );
  return [...Map.groupBy(all, ({ id }) => id).values()].flatMap((own) => {
    const [first] = own;
    const instances = own.reduce((sum, one) => sum + one.instances, 0);
    return first === undefined ? [] : [{ ...first, instances }];
  });
}

async function findRejection(
  findable: Pick<Findable, 'rows'>,
  hospital: string,
  rejection: string,
): Promise<RejectionInDetail | undefined> {
  const rows = await findable.rows({
    text: `select r.series, r.claim, r.hospital, r.rejections, a.study_uid, coalesce(e.series_uid, u.series_uid) as series_uid
      from {schema}.rejected r left join study_access a using (claim)
      left join {schema}.series e on e.series = r.series left join {schema}.unseen_series u on u.series = r.series
      where r.hospital = $1 and strpos(r.rejections, $2) > 0 order by r.series`,
    values: [hospital, rejection],
  });
  const held = heldOf(rows).find(({ id }) => id === rejection);
  if (held === undefined) return undefined;
  const named = rows.flatMap((row) =>
    instancesIn(toRejectedRow(row), rejection).map((instances) => ({
      series: row['series_uid'] == null ? null : String(row['series_uid']),
      instances,
    })),
  );
  return { ...held, named };
}

const instancesIn = ({ rejections }: RejectedRow, rejection: string) =>
  rejections.filter((one) => one.rejection === rejection).map(({ instances }) => instances);
