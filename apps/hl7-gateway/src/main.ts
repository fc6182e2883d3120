import { readConfig } from '#platform/config';
import { drainOnSignal } from '#platform/drain';
import { createLog } from '#platform/log';
import { OperatorFault } from '#platform/operator-fault';
import { wakeUp } from '#platform/wake-up';
import { runApply } from './apply/run-apply.js';
import { openGateway } from './hl7-gateway.module.js';
import { openServer } from './listen/open-server.js';
import { takeMessage } from './receive/take-message.js';

const config = readConfig();
const log = createLog({ name: 'hl7-gateway', level: config.logLevel });
if (config.mllp === undefined) throw new OperatorFault('ARKIM_MLLP_PORT is not set');
const stop = new AbortController();
const { knock, sleep } = wakeUp(stop.signal);

const gateway = await openGateway(config, log);
const receiving = {
  ...gateway.receiving,
  report: (taken: object) => {
    log.info(taken, 'a message was taken or refused');
    knock();
  },
};
const server = await openServer({
  settings: config.mllp,
  answer: (framed) => takeMessage(receiving, framed),
  lost: (what) => log.warn({ what }, 'bytes that are no message'),
  log,
});
const loop = { ports: gateway.applying, pool: gateway.pool, log, awaitWork: sleep };
const applied = runApply(loop, stop.signal);
log.info({ port: server.port }, 'hospitals may send HL7 v2');

drainOnSignal({
  drain: async () => {
    await server.close();
    stop.abort();
    await applied;
    await gateway.close();
  },
  onFault: (err) => log.error({ err }, 'the gateway did not stop cleanly'),
});
