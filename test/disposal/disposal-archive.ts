import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { KEY_CACHE_MS } from '#events/key-ring';
import { oneMasterKey } from '#events/sealing-master-key';
import { opaqueIds } from '#index/opaque-ids';
import { TABLE_NAMES } from '#index/postgres/table-projections';
import type { DemoClaims } from '#platform/demo-issuer';
import { signingKey } from '#platform/signing-key';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { composeDisposal } from '../../apps/retention-worker/src/disposal/disposal.module.js';
import type { DisposalPorts } from '../../apps/retention-worker/src/disposal/disposal-ports.js';
import { disposeNext } from '../../apps/retention-worker/src/disposal/run-disposal.js';
import { retireFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { type Part, workingArchive } from '../store/working-archive.js';
import { TEST_SECRETS } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';
import { schedule } from './due.js';

const STEPS_MAX = 200;

/** Tests write their rows past the log; with the log elsewhere, the edge of tests tells of batches in the database all the same. */
const WITHOUT_FACTS: readonly string[] = ['hospitals', 'relationships'];
const OF_THE_EDGE: readonly string[] = ['disposition_batches'];

export type Who = Partial<DemoClaims>;
export const ben: Who = { roles: ['records-manager'], subject: 'ben' };
export const anna: Who = { roles: ['radiologist'], subject: 'anna' };

export const STUDY = '1.2.40.98765.1';

/** An instance of a patient whose name and number stand nowhere else. */
export const slice = (instance: number, study = STUDY, patientId = 'PAT-90210'): Buffer =>
  part10(
    ctSlice(
      { study, series: `${study}.1`, instance: `${study}.1.${instance}` },
      {
        '00100010': ['PN', patientId === 'PAT-90210' ? 'Wunderlich^Xaver' : 'Andere^Ute'],
        '00100020': ['LO', patientId],
        '00080020': ['DA', '19990101'],
        '00200013': ['IS', String(instance)],
      },
    ),
  );

/** Edge, worker and what disposes, without grace; `today` of everybody is the machine's. */
export async function disposalArchive() {
  let passedMs = 0;
  const archive = await workingArchive({}, { nowMs: () => Date.now() + passedMs });
  const { api, core } = archive;
  const { pool, store } = core;
  await pool.query(`update hospitals set settings = '{"jurisdiction":"LU"}'`);
  const ids = opaqueIds(TEST_SECRETS.lookupKey);
  const beside = core.logPlan === undefined ? undefined : core.log;
  const { privateKey } = generateKeyPairSync('ed25519');
  const ports: DisposalPorts = composeDisposal({
    ...{ pool, beside, ids, masterKey: oneMasterKey(TEST_SECRETS.masterKey, randomBytes) },
    retire: { pool, store, ...retireFrom(pool, beside) },
    signer: signingKey(String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    publicUrl: 'http://archive.example',
  });
  const claim = ids.claim('HOSP-A', STUDY);
  const ask = async (path: string, who: Who, body?: unknown) => {
    const headers: Record<string, string> = { authorization: `Bearer ${await api.sign(who)}` };
    if (body === undefined) return fetch(api.url + path, { headers });
    headers['content-type'] = 'application/json';
    return fetch(api.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  const send = (...files: readonly Buffer[]) =>
    archive.store(
      'application/dicom',
      files.map((body): Part => ({ headers: { 'content-type': 'application/dicom' }, body })),
    );
  /** Settles what waits for it. */
  const settle = async (): Promise<void> => {
    const { rows } = await pool.query('select claim, hospital from settle_queue');
    for (const due of rows) await settleStudy(core.settle, due);
    await pool.query('delete from settle_queue');
  };
  /** Lets what waits be looked at again, as if its time had come. */
  const hurry = () => pool.query(`update disposals set due_at = now(), leased_until = '-infinity'`);
  /** What processes keep for a moment is over: keys, and what stood between a caller and a study. */
  const forget = () => {
    passedMs += KEY_CACHE_MS + 1;
    core.passTime(KEY_CACHE_MS + 1);
  };
  return {
    ...{ api, core, pool, ports, ids, claim, ask, send, settle, hurry },
    stepsOf: async (): Promise<readonly string[]> => {
      const { rows } = await pool.query('select step, why from disposals order by claim, batch');
      return rows.map(({ step, why }) => (why === '' ? step : `${step}: ${why}`));
    },
    /** Proposed and approved: it begins with the next look. */
    approved: async (claims: readonly string[] = [claim]): Promise<string> => {
      await schedule(pool);
      const { batch } = (await (await ask('/governance/dispositions', ben, { claims })).json()) as {
        batch: string;
      };
      await ask(`/governance/dispositions/${batch}/approvals`, ben, { as: 'records' });
      await ask(`/governance/dispositions/${batch}/approvals`, anna, { as: 'medical' });
      return batch;
    },
    /** Does all that is due until nothing is, with what others do in between. */
    dispose: async (by: DisposalPorts = ports): Promise<void> => {
      for (let steps = 0; steps < STEPS_MAX; steps++) {
        await hurry();
        const isBusy = await disposeNext(by);
        await settle();
        if (!isBusy) return forget();
      }
      throw new Error('disposals go on and on');
    },
    /** What differs between the rows in use and what the log says. */
    differing: async (): Promise<Readonly<Record<string, unknown>>> => {
      const unsaid = beside === undefined ? WITHOUT_FACTS : [...WITHOUT_FACTS, ...OF_THE_EDGE];
      const differing: Record<string, unknown> = {};
      for (const name of TABLE_NAMES.filter((one) => !unsaid.includes(one))) {
        const report = await core.rebuildTable(name);
        if (report === 'running' || report.shown.length > 0) differing[name] = report;
      }
      const findable = await core.rebuild();
      if (findable === 'running' || !findable.switched) differing['findable'] = findable;
      return differing;
    },
    close: archive.close,
  };
}

export type DisposalArchive = Awaited<ReturnType<typeof disposalArchive>>;
