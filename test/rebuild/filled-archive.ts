import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import type { LogPlace } from '../support/log.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type Operator, operatorOf } from './operator.js';

/** An instance of study `1.2.<study>`; `change` makes other content under the same UIDs. */
export const slice = (study: number, instance: number, change = instance): Buffer => {
  const uids = {
    study: `1.2.${study}`,
    series: `1.2.${study}.1`,
    instance: `1.2.${study}.1.${instance}`,
  };
  return part10(ctSlice(uids, { '00200013': ['IS', String(change)] }));
};

export type FilledArchive = Readonly<{
  archive: ArchiveCore;
  operator: Operator;
  claimOf: (study: number) => string;
  store: (...files: readonly Buffer[]) => Promise<void>;
  /** Ids of the parts that wait for a decision. */
  waiting: () => Promise<readonly string[]>;
  close: () => Promise<void>;
}>;

/** Two hospitals (one in all kinds of trouble), three revocations, two studies of three instances, and four parts kept aside, one of which somebody has decided on. */
export async function filledArchive(place?: LogPlace): Promise<FilledArchive> {
  const archive = await archiveCore(undefined, place);
  const operator = await operatorOf(archive.url, archive.logPlan);
  const store = async (...files: readonly Buffer[]) => {
    await archive.send(files);
    await archive.work();
  };
  const waiting = async () => {
    const { lines } = await operator.arkim('quarantine', 'list');
    return lines.map((line) => line.split('  ')[0] ?? '');
  };
  await operator.arkim('onboard', 'HOSP-A', '--name', 'Hospital A');
  await operator.arkim('onboard', 'HOSP-B', '--name', 'Hospital B');
  await operator.arkim('hospital', 'change', 'test/rebuild/hospital-b.json');
  await operator.arkim('crisis', 'declare', 'HOSP-B', '--freeze', 'export');
  await operator.arkim('fallback', 'open', 'HOSP-B');
  await operator.arkim('hospital', 'suspend', 'HOSP-B');
  await operator.arkim('revoke', '--issuer', 'urn:one', '--sub', 'left');
  await operator.arkim('revoke', '--issuer', 'urn:one', '--sub', 'lost', '--before', 'now');
  await operator.arkim('revoke', '--issuer', 'urn:one', '--before', '2026-01-01T00:00:00Z');
  await operator.arkim('revoke', '--issuer', 'urn:two', '--before', 'now');
  await operator.arkim('revoke', '--issuer', 'urn:two', '--undo');
  await store(slice(1, 1), slice(1, 2), slice(1, 3));
  await store(slice(2, 1), slice(2, 2), slice(2, 3));
  await store(slice(1, 1, 9), slice(1, 2, 9), slice(1, 3, 9), Buffer.from('no image'));
  await operator.arkim('quarantine', 'discard', (await waiting())[0] ?? '');
  return {
    archive,
    operator,
    claimOf: (study) => archive.ingest.ids.claim('HOSP-A', `1.2.${study}`),
    store,
    waiting,
    close: async () => {
      await operator.leave();
      await archive.close();
    },
  };
}
