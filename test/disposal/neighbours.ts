import type { Pool } from 'pg';

/** Makes a study due, by a rule of a policy, since `dueOn`. */
export async function makeDue(
  pool: Pool,
  study: Readonly<{ claim: string; hospital?: string; dueOn?: string; state?: string }>,
): Promise<void> {
  const { claim, hospital = 'HOSP-A', dueOn = '2020-01-01', state = 'scheduled' } = study;
  await pool.query(
    `insert into retention_schedule (claim, hospital, state, due_on, policy, rule, policy_version, inputs, computed_at)
     values ($1, $2, $3, $4, 'LU', 'end-of-treatment', '1', '{"studyDate":"2010-01-01"}', now())
     on conflict (claim) do update set state = excluded.state, due_on = excluded.due_on`,
    [claim, hospital, state, dueOn],
  );
}

/** Places a hold, or takes it off. */
export async function hold(pool: Pool, claim: string, isHeld: boolean): Promise<void> {
  if (isHeld)
    await pool.query(
      `insert into study_holds (placement, claim, hold, hospital) values ($1 || '/h', $1, 'h', 'HOSP-A') on conflict do nothing`,
      [claim],
    );
  else await pool.query('delete from study_holds where claim = $1', [claim]);
}

/** What the schedule and the holds bring, where they aren't there yet. */
export async function withNeighbours(pool: Pool): Promise<void> {
  await pool.query(`
    create table if not exists retention_schedule (claim text primary key, hospital text not null, state text not null, due_on date,
      policy text not null default '', rule text not null default '', policy_version text not null default '', inputs jsonb not null,
      computed_at timestamptz not null);
    create table if not exists study_holds (placement text primary key, claim text not null, hold text not null, hospital text not null);
    grant select on retention_schedule, study_holds to arkim_api, arkim_retention;
    do $$ begin
      if to_regprocedure('lock_held(text[])') is null then
        create function lock_held(claims text[]) returns setof text language sql as
          'select claim from study_holds where claim = any ($1)';
      end if;
    end $$;`);
}
