import type { Config } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { refuseForeignReplica } from '#platform/replica-server';
import { checkServerVersion } from '#platform/server-version';

/** Looks at the servers of one's own that the settings name, before anything is changed there: throws OperatorFault for one that won't do. */
export async function checkServers(config: Config, say: (text: string) => void): Promise<void> {
  const { postgresUrl, replicaUrl } = config;
  if (postgresUrl === undefined) return;
  refuseTakingUp(config);
  const remark = await checkServerVersion(postgresUrl);
  if (remark !== undefined) say(`arkim: ${remark}`);
  if (replicaUrl !== undefined) await refuseForeignReplica(postgresUrl, replicaUrl);
}

/* A role is taken up as a session begins; a pooler begins its sessions itself. */
function refuseTakingUp({ poolerUrl, programUrls }: Config): void {
  if (poolerUrl !== undefined && Object.values(programUrls).includes(undefined))
    throw new OperatorFault(
      'ARKIM_POSTGRES_POOLER_URL needs the logins of the programs: set ARKIM_POSTGRES_URL_API, ARKIM_POSTGRES_URL_INGEST and ARKIM_POSTGRES_URL_RETENTION',
    );
}
