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

const { host, port, edges, edge } = config;
/* Several edges share the port: the kernel gives each new connection to one of them. */
await app.listen({ port, host, ...(edges > 1 && { reusePort: true }) });
log.info({ port, host, edge }, 'listening');
process.send?.('listening');
