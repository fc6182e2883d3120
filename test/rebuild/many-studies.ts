import type { LogPlace } from '../support/log.js';
import { type FilledArchive, filledArchive, slice } from './filled-archive.js';

/** A filled archive of `studies` studies: those of `filledArchive`, and others of one instance, each from a request of its own. */
export async function manyStudies(studies: number, place?: LogPlace) {
  const filled = await filledArchive(place);
  const { archive } = filled;
  for (let study = 3; study <= studies; study++) await archive.send([slice(study, 1)]);
  await archive.work();
  const query = async (sql: string, ...values: unknown[]) =>
    (await archive.pool.query(sql, values)).rows;
  return {
    ...filled,
    query,
    activeSchema: async (): Promise<string> =>
      (await query(`select 'findable_' || active as schema from projections`))[0].schema,
    /** Instances that the log tells of, and that studies and segments in use count. */
    instances: () => countInstances(filled, query),
  };
}

export type ManyStudies = Awaited<ReturnType<typeof manyStudies>>;

type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

const countInstances = async ({ archive }: FilledArchive, query: Ask) => {
  const facts = await archive.facts('InstancesStored');
  const [row] = await query(`select 'findable_' || active as schema from projections`);
  const countIn = async (table: string) => {
    const sql = `select sum(instance_count)::int as count from ${row?.['schema']}.${table}`;
    return (await query(sql))[0]?.['count'];
  };
  return {
    told: facts.reduce((sum, { data }) => sum + (data as { count: number }).count, 0),
    studies: await countIn('studies'),
    segments: await countIn('segments'),
  };
};
