import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { readConfig } from '#platform/config';
import { drainOnSignal } from '#platform/drain';
import { createLog } from '#platform/log';
import { openPorts } from './archive-api.module.js';
import { createApp } from './create-app.js';

/* Served bytes live outside the heap and die at once; without this they start a full collection every 64 MB. */
setFlagsFromString('--external-memory-accounted-in-global-limit');

const config = readConfig();
const log = createLog({ name: 'archive-api', level: config.logLevel });
const { ports, close } = await openPorts(config, log);
const app = await createApp(ports);

drainOnSignal({
  drain: async () => {
    await app.close();
    await close();
  },
  onFault: (err) => log.error({ err }, 'the edge did not stop cleanly'),
});

await app.listen(config.port, config.host);
log.info({ port: config.port, host: config.host }, 'listening');
