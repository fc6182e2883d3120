import type { AccessRecord } from '#archive/access/access-facts';
import type { DicomJson } from '#dicom/dicom-json';
import { STANDING_KEPT_MS } from '../../apps/archive-api/src/access/kept-standings.js';
import { multipartBody, workingArchive } from '../store/working-archive.js';
import { type Attributes, ctSlice, part10 } from '../support/part10.js';
import { type Answered, actorNamed, type Who } from './access-archive.js';

/** UIDs that end alike name one study, series and instance. */
export type Uids = Readonly<{ study: string; series: string; instance: string }>;

export const uidsOf = (study: string): Uids => ({
  study,
  series: `${study}.1`,
  instance: `${study}.1.1`,
});

export const addressOf = ({ study, series, instance }: Uids): string =>
  `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;

export const fileOf = (uids: Uids, change: Attributes = {}): Buffer =>
  part10(ctSlice(uids, change));

const BOUNDARY = 'edge';

/** An archive of hospitals A, B and C, edge and worker, and everyone who may ask of it. */
export async function attackedArchive() {
  const records: AccessRecord[] = [];
  let nowMs = Date.now();
  const archive = await workingArchive(
    {},
    {
      nowMs: () => nowMs,
      recordAccess: async (record) => {
        records.push(record);
      },
    },
  );
  const { api, core } = archive;
  const ask = async (path: string, who: Who, init: RequestInit = {}): Promise<Answered> => {
    const headers = { authorization: `Bearer ${await api.sign(who)}`, ...(init.headers as object) };
    const answer = await archive.worked(fetch(api.url + path, { ...init, headers }));
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    };
  };
  const store = (who: Who, files: readonly Buffer[], study = '', headers: object = {}) =>
    ask(`/dicom-web/studies${study && `/${study}`}`, who, {
      method: 'POST',
      headers: {
        'content-type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
        ...headers,
      },
      body: multipartBody(
        files.map((body) => ({ headers: { 'Content-Type': 'application/dicom' }, body })),
        BOUNDARY,
      ),
    });
  return {
    ...archive,
    ask,
    store,
    /** What was written down of reads. */
    records,
    /** What was looked up before is not trusted any more. */
    later: () => {
      nowMs += STANDING_KEPT_MS;
    },
    search: async (who: Who, path: string): Promise<readonly DicomJson[]> => {
      const { status, body } = await ask(`/dicom-web${path}`, who);
      if (status !== 200) throw new Error(`a search was answered with ${status}`);
      return JSON.parse(body.toString()) as readonly DicomJson[];
    },
    /** Everything that the facts and rows of a hospital's claim are named by. */
    claimOf: (hospital: string, study: string) => api.ports.ids.claim(hospital, study),
    pool: core.pool,
    /** As rows name somebody with such a token. */
    actorOf: ({ subject = 'someone' }: Who) => actorNamed(subject),
  };
}

export type AttackedArchive = Awaited<ReturnType<typeof attackedArchive>>;

/** The number of a request is drawn anew for each. */
const RECEIPT = /\/receipts\/[0-9a-f-]{36}\//g;

/** What a client sees, but for the date, the number of its request and what it named itself. */
export function seen({ status, headers, body }: Answered, ...named: readonly string[]): string {
  const { date: _date, ...others } = headers;
  const text = JSON.stringify([status, others, body.toString('latin1')]);
  const whole = text.replace(RECEIPT, '/receipts/~/');
  return named.reduce((left, one) => left.replaceAll(one, '~'), whole);
}
