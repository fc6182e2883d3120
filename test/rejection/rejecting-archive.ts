import { rejectionsOf } from '#index/postgres/rejections';
import type { DemoClaims } from '#platform/demo-issuer';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { workingArchive } from '../store/working-archive.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type NoteSays, rejectionNoteFile } from '../support/rejection-note.js';

export const HOSPITAL = 'HOSP-A';

/** The UIDs of an instance of series `1.2.<study>.<series>`. */
export const uidsOf = (study: number, series: number, instance: number) => ({
  study: `1.2.${study}`,
  series: `1.2.${study}.${series}`,
  instance: `1.2.${study}.${series}.${instance}`,
});

/** An image; series 1 is CT, others are MR. */
export const image = (study: number, series: number, instance: number): Buffer =>
  part10(
    ctSlice(uidsOf(study, series, instance), {
      '00080060': ['CS', series === 1 ? 'CT' : 'MR'],
      '00200011': ['IS', String(series)],
      '00200013': ['IS', String(instance)],
    }),
  );

/** A note about instances of one series. */
export const noteOn = (
  study: number,
  code: string,
  rejects: readonly (readonly [series: number, instance: number])[],
  says: Partial<NoteSays> = {},
): Buffer => {
  const bySeries = Map.groupBy(rejects, ([series]) => `1.2.${study}.${series}`);
  const named = [...bySeries].map(
    ([series, own]) => [series, own.map(([, instance]) => `${series}.${instance}`)] as const,
  );
  return rejectionNoteFile({
    study: `1.2.${study}`,
    code,
    rejects: Object.fromEntries(named),
    ...says,
  });
};

type Asking = Partial<DemoClaims> & Readonly<{ accept?: string }>;

/** Edge and worker, with rejection notes. Without a say a radiologist of the hospital asks. */
export async function rejectingArchive() {
  const archive = await workingArchive();
  const { api, core } = archive;
  const get = async (path: string, { accept = '*/*', ...who }: Asking = {}) => {
    const token = await api.sign({ organisation: HOSPITAL, roles: ['radiologist'], ...who });
    const answer = await fetch(api.url + path, {
      headers: { authorization: `Bearer ${token}`, accept },
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, bytes };
  };
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
  const search = async (path: string, who: Asking = {}): Promise<readonly any[]> => {
    const { status, bytes } = await get(`/dicom-web${path}`, {
      accept: 'application/dicom+json',
      ...who,
    });
    if (status === 204) return [];
    if (status !== 200) throw new Error(`a search was answered with ${status}`);
    return JSON.parse(String(bytes));
  };
  const claimOf = (study: number, hospital = HOSPITAL) =>
    core.ingest.ids.claim(hospital, `1.2.${study}`);
  const held = rejectionsOf(api.ports);
  return {
    ...archive,
    held,
    get,
    search,
    claimOf,
    /** Stores files, and answers with what became of each. */
    send: async (files: readonly Buffer[], hospital = HOSPITAL) => {
      const job = await core.send(files, hospital);
      await core.work();
      return (await core.receipt(job)) ?? [];
    },
    /** SOP Instance UIDs that a search of the study finds, in order. */
    found: async (study: number, who: Asking = {}): Promise<readonly string[]> =>
      (await search(`/studies/1.2.${study}/instances`, who))
        .map((row) => String(row['00080018'].Value[0]))
        .sort(),
    settle: (study: number) =>
      settleStudy(core.settle, { claim: claimOf(study), hospital: HOSPITAL }),
    stateOf: async (study: number): Promise<string | undefined> => {
      const { rows } = await core.pool.query('select state from study_access where claim = $1', [
        claimOf(study),
      ]);
      return rows[0]?.state;
    },
    /** Revokes all that holds of a study, as the worker does. */
    revokeAll: async (study: number): Promise<number> => {
      const { items } = await held.list(HOSPITAL, { after: '', studiesMax: 1_000 });
      const own = items.filter(({ claim }) => claim === claimOf(study));
      for (const one of own) await held.revoke({ ...one, hospital: HOSPITAL, actor: 'test' });
      await core.revoke();
      return own.length;
    },
  };
}

export type RejectingArchive = Awaited<ReturnType<typeof rejectingArchive>>;

const NONE = {
  ...{ studies: 0, series: 0, segments: 0, packs: 0 },
  ...{ rejected: 0, unseen_studies: 0, unseen_series: 0 },
};
export const NO_DIFFERENCE = { differing: NONE, switched: true };
