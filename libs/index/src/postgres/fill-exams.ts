import type { Pool } from 'pg';
import { type ArchiveEvent, studyStream } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import type { ReadExtract } from '../extract-reader.js';
import { readEach } from '../extracts-reader.js';
import { lockForAppend } from '../lock-for-append.js';
import type { TermsOf } from '../terms-of.js';
import { readActiveVersion } from './active-version.js';
import { findableSchema } from './findable-schema.js';
import { replayExams } from './replay-study-exams.js';

const PAGE_CLAIMS = 100;
const FILLED = 'study-exams-filled';

export type FillExams = Readonly<{
  log: Pick<EventStore, 'read'>;
  keys: KeyRing;
  readExtract: ReadExtract;
  termsOf: TermsOf;
}>;

/** Says of the studies of an archive from before `study_exams` what exams they are, once in its life; answers with how many. Stops when told to. */
export async function fillExamsOnce(
  pool: Pool,
  fill: FillExams,
  signal: AbortSignal,
): Promise<number> {
  const noted = await pool.query('select from platform_state where key = $1', [FILLED]);
  if (noted.rowCount !== 0) return 0;
  let filled = 0;
  for await (const claim of studiesWithoutExam(pool)) {
    if (signal.aborted) return filled;
    await fillStudy(pool, fill, claim);
    filled++;
  }
  await pool.query(
    `insert into platform_state (key, value) values ($1, 'yes') on conflict do nothing`,
    [FILLED],
  );
  return filled;
}

async function* studiesWithoutExam(pool: Pool): AsyncGenerator<string> {
  const version = await readActiveVersion(pool);
  for (let after = ''; ; ) {
    const { rows } = await pool.query(
      `select s.claim from ${findableSchema(version)}.studies s where s.claim > $1
         and not exists (select from study_exams e where e.claim = s.claim)
       order by s.claim limit ${PAGE_CLAIMS}`,
      [after],
    );
    for (const { claim } of rows) yield claim;
    if (rows.length < PAGE_CLAIMS) return;
    after = rows.at(-1)?.claim;
  }
}

/** Under the lock of the study: a store that comes meanwhile waits, and adds to the row. */
const fillStudy = async (
  pool: Pool,
  { log, keys, readExtract, termsOf }: FillExams,
  claim: string,
): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await lockForAppend(client, [claim]);
    const recorded = await Array.fromAsync(log.read(studyStream(claim)));
    const opened = await openRecorded<ArchiveEvent>(keys, recorded, archiveUpcasters);
    const page = opened.map((fact) => ({ event: fact.event, version: fact.recorded.version }));
    await replayExams(client, page, { readExtracts: readEach(readExtract), termsOf });
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
};
