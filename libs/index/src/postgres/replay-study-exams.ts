import type { PoolClient } from 'pg';
import { classified, examRowsAfter } from '../exam-row.js';
import type { ReadExtracts } from '../extracts-reader.js';
import type { StoredFacts } from '../findable-change.js';
import type { TermsOf } from '../terms-of.js';
import { readActiveVersion } from './active-version.js';
import { readExams, writeExams } from './exam-rows.js';
import { prepareFindable, type Replayed } from './replay-findable.js';
import { BUILT, type TableProjection } from './replay-table.js';

/** What exams are classified from and by. */
export type ExamSources = Readonly<{ readExtracts: ReadExtracts; termsOf: TermsOf }>;

const columns = [
  'claim',
  'hospital',
  'modality_group',
  'regions',
  'coarse',
  'laterality',
  'contrast',
  'purposes',
  'evidence',
  'confidence',
  'started',
  'words',
  'terms',
];

/** What exam each study is, by its header extracts, where the findable projection lists them, and by the terms and catalogues of now. */
export const studyExamsTable = (sources: ExamSources): TableProjection => ({
  table: 'study_exams',
  key: 'claim',
  columns,
  times: [],
  types: ['InstancesStored'],
  sealedBy: 'claim',
  replay: async (client, facts) => {
    const page = facts.map(({ event, recorded }) => ({ event, version: recorded.version }));
    await replayExams(client, page, sources, BUILT);
  },
});

/** Adds what these facts say to the table. Extracts are read before anything is written. */
export async function replayExams(
  client: PoolClient,
  page: readonly Replayed[],
  { readExtracts, termsOf }: ExamSources,
  table?: string,
): Promise<void> {
  const version = await readActiveVersion(client);
  const prepared = await prepareFindable(client, version, page, readExtracts);
  const stored = prepared.flatMap((step): readonly StoredFacts[] =>
    'stored' in step ? [step.stored] : [],
  );
  const claims = [...new Set(stored.map(({ claim }) => claim))];
  const rows = examRowsAfter(await readExams(client, claims, table), stored);
  await writeExams(client, await classified(rows, termsOf), table);
}
