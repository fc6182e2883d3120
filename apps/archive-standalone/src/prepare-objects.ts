import { createHmac } from 'node:crypto';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';
import { OperatorFault } from '#platform/operator-fault';
import { readSecrets } from '#platform/secrets';
import { objectStoreLine } from '#storage/object-store-line';
import { claimHome } from '#storage/objects-home';
import { openObjectStore } from '#storage/open-object-store';

/** Looks, before any program starts, that objects can be kept where the settings say and that this archive's are there. Throws OperatorFault, one line, when not. */
export async function prepareObjects(config: Config, log: Log): Promise<void> {
  const { lookupKey } = await readSecrets(config.dataFolder);
  const archive = createHmac('sha256', lookupKey).update('arkim objects 1').digest('hex');
  try {
    const store = await openObjectStore(config, (err) => log.warn({ err }, 'object store'));
    try {
      await claimHome(config, store, archive);
    } finally {
      await store.close();
    }
  } catch (cause) {
    const line = objectStoreLine(cause, config.s3);
    throw line === undefined ? cause : new OperatorFault(line, { cause });
  }
}
