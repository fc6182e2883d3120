import type { Pool } from 'pg';

/** Watches for one receipt from the moment it is made, so that no notice falls between. */
export type Watch = Readonly<{
  /** The receipt's JSON, or undefined when it has not come within `ms`. */
  within: (ms: number) => Promise<string | undefined>;
  end: () => void;
}>;

export type Receipts = Readonly<{
  watch: (job: string) => Watch;
  /** A completed job as the workers announce it: its id, followed by its receipt when that is short. */
  announced: (payload: string) => void;
  /** Asks for every watched receipt: what covers an announcement that was missed. */
  poll: () => Promise<void>;
  /** Ends every wait that is under way, without a receipt. */
  giveUp: () => void;
}>;

type Watcher = { receipt: string | undefined; arrived: (() => void) | undefined };

/** A UUID as text. */
const JOB_ID_CHARACTERS = 36;

const COMPLETED =
  'select id, receipt from ingest_jobs where id = any($1) and completed_at is not null';

/** Receipts of the jobs that requests of this process wait for; each is read once, several in one query. `failed` hears of a query that failed: the next poll asks again. */
export function receipts(pool: Pool, failed: (cause: unknown) => void): Receipts {
  const watchers = new Map<string, Set<Watcher>>();
  const deliver = (job: string, receipt: string) => {
    for (const watcher of watchers.get(job) ?? []) {
      watcher.receipt = receipt;
      watcher.arrived?.();
    }
  };
  const read = async (jobs: readonly string[]) => {
    if (jobs.length === 0) return;
    const { rows } = await pool.query<{ id: string; receipt: string }>({
      name: 'receipts-completed',
      text: COMPLETED,
      values: [jobs],
    });
    for (const { id, receipt } of rows) deliver(id, receipt);
  };
  return {
    watch: (job) => watchOf(watchers, job),
    announced: (payload) => {
      const job = payload.slice(0, JOB_ID_CHARACTERS);
      const receipt = payload.slice(JOB_ID_CHARACTERS);
      if (receipt !== '') deliver(job, receipt);
      else if (watchers.has(job)) read([job]).catch(failed);
    },
    poll: () => read([...watchers.keys()]).catch(failed),
    giveUp: () => {
      for (const waiting of watchers.values()) for (const watcher of waiting) watcher.arrived?.();
    },
  };
}

function watchOf(watchers: Map<string, Set<Watcher>>, job: string): Watch {
  const watcher: Watcher = { receipt: undefined, arrived: undefined };
  const others = watchers.get(job) ?? new Set();
  watchers.set(job, others.add(watcher));
  return {
    within: (ms) =>
      new Promise((resolve) => {
        const answer = () => {
          clearTimeout(timer);
          resolve(watcher.receipt);
        };
        const timer = setTimeout(answer, ms);
        watcher.arrived = answer;
        if (watcher.receipt !== undefined) answer();
      }),
    end: () => {
      others.delete(watcher);
      if (others.size === 0) watchers.delete(job);
    },
  };
}

/** The receipt of a job of this hospital: undefined when there is no such job, null while it is not complete. */
export async function findReceipt(
  pool: Pool,
  hospital: string,
  job: string,
): Promise<string | null | undefined> {
  const { rows } = await pool.query<{ receipt: string | null }>({
    name: 'receipt-find',
    text: 'select receipt from ingest_jobs where id = $1 and hospital = $2',
    values: [job, hospital],
  });
  return rows[0]?.receipt;
}
