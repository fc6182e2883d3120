/*
 * The edge over real ports that count its steps while it takes a Store request and, at step `crashAt`, end the process with SIGKILL.
 * A step is a moment between two effects on the outside: before and after each put and statement of a store, before each chunk of a
 * pack, around the answer. Arguments: one JSON object. Tells its parent the port, and at any message from it the number of steps.
 */

import 'reflect-metadata';
import { openPorts } from '../../dist/apps/archive-api/src/archive-api.module.js';
import { createApp } from '../../dist/apps/archive-api/src/create-app.js';
import { readConfig } from '../../dist/libs/platform/src/config.js';
import { createLog } from '../../dist/libs/platform/src/log.js';

const { url, dataFolder, crashAt } = JSON.parse(process.argv[2]);

let steps = 0;
const step = () => {
  steps += 1;
  if (steps === crashAt) process.kill(process.pid, 'SIGKILL');
};

const between = async (work) => {
  step();
  const result = await work();
  step();
  return result;
};

async function* stepping(body) {
  for await (const chunk of body) {
    step();
    yield chunk;
  }
  step();
}

/* Polls of receipts and channels go by the clock: they aren't steps of a store. */
const isOfStore = (query) => /^(ingest|receipt-find)/.test(query?.name ?? '');

const steppingPool = (pool) =>
  new Proxy(pool, {
    get(object, name) {
      const value = object[name];
      if (typeof value !== 'function') return value;
      if (name !== 'query') return value.bind(object);
      return (...args) =>
        isOfStore(args[0]) ? between(() => object.query(...args)) : object.query(...args);
    },
  });

const steppingStore = (store) => ({
  ...store,
  put: (key, body, signal) => between(() => store.put(key, stepping(body), signal)),
});

const steppingAnswer = (response) => {
  for (const name of ['writeHead', 'end']) {
    const method = response[name];
    response[name] = (...args) => {
      step();
      const result = method.apply(response, args);
      step();
      return result;
    };
  }
};

const config = readConfig({ ARKIM_DATA: dataFolder, ARKIM_DEMO: '1', ARKIM_POSTGRES_URL: url });
const { ports, close } = await openPorts(config, createLog({ name: 'simulation', level: 'fatal' }));
const app = await createApp({
  ...ports,
  pool: steppingPool(ports.pool),
  objects: steppingStore(ports.objects),
});
app.getHttpServer().prependListener('request', (_request, response) => steppingAnswer(response));
await app.listen(0, '127.0.0.1');
process.once('message', async () => {
  await app.close();
  await close();
  process.send({ steps });
  process.disconnect();
});
process.send({ port: app.getHttpServer().address().port });
