import { once } from 'node:events';
import { openDemoIssuer } from '#platform/demo-issuer';
import { OperatorFault } from '#platform/operator-fault';
import { announcement, originOf } from './announcement.js';
import type { ArchiveOptions } from './archive-options.js';
import { prepareDatabase } from './archive-standalone.module.js';
import { checkServers } from './check-servers.js';
import { prepareDataFolder } from './data-folder.js';
import { openDatabase } from './database.js';
import { storeDemo } from './demo/store-demo.js';
import { migrationsFolder } from './places.js';
import { refuseTakenPort } from './port-free.js';
import { prepareObjects } from './prepare-objects.js';
import { settlePreviousRun } from './previous-run.js';
import { programUrl } from './program-url.js';
import { startPrograms } from './programs.js';
import { createRunRecorder, type RunRecorder } from './run-recorder.js';
import { waitUntilOk } from './wait-until-ok.js';

/** The whole archive on one machine. */
export type Archive = Readonly<{
  /** Resolves, with the reason, when it can't start or go on; never otherwise. */
  failed: Promise<unknown>;
  /** Drains the API, then the workers, then stops PostgreSQL. */
  stop: () => Promise<void>;
}>;

/** Before the archive was ready once, a program that ends this often in a row won't come up. */
const START_CRASHES_MAX = 5;

/** Starts the archive; `stop` also takes back a start that's under way. */
export function createArchive(options: ArchiveOptions): Archive {
  const failed = Promise.withResolvers<unknown>();
  const aborting = new AbortController();
  const closers: Closer[] = [];
  const recorder = createRunRecorder(
    options.config.dataFolder,
    options.config.port,
    failed.resolve,
  );
  const start: Start = {
    options,
    signal: aborting.signal,
    closers,
    recorder,
    fail: failed.resolve,
  };
  const started = run(start).catch((error) => {
    if (!aborting.signal.aborted) failed.resolve(error);
  });
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    aborting.abort();
    await started;
    for (const close of closers.reverse()) await close();
  };
  return {
    failed: failed.promise,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

type Closer = () => Promise<void>;

type Start = Readonly<{
  options: ArchiveOptions;
  signal: AbortSignal;
  /** What stops each part, in the order in which the parts were started. */
  closers: Closer[];
  recorder: RunRecorder;
  fail: (error: unknown) => void;
}>;

async function run(start: Start): Promise<void> {
  const startedAtMs = performance.now();
  const { config, say } = start.options;
  await prepareDataFolder(config.dataFolder);
  await settlePreviousRun(config.dataFolder);
  await refuseTakenPort(config.host, config.port);
  const url = await startDatabase(start);
  await preparePrograms(start, url);
  const { listening, ready } = startAll(start, url);
  const origin = originOf(config);
  await waitUntilOk(`${origin}/health/live`, start.signal);
  await unlessAborted(listening, start.signal);
  if (config.demo) await storeDemo({ ...start.options, databaseUrl: url, signal: start.signal });
  await waitUntilOk(`${origin}/health/ready`, start.signal);
  ready();
  say(announcement(config, ((performance.now() - startedAtMs) / 1000).toFixed(1)));
}

async function startDatabase({ options, signal, closers, recorder, fail }: Start): Promise<string> {
  const { config, log } = options;
  closers.push(() => recorder.remove());
  const database = await openDatabase({ config, log, signal, onFault: fail });
  closers.push(() => database.stop());
  recorder.note({});
  signal.throwIfAborted();
  return database.url;
}

async function preparePrograms({ options, signal }: Start, url: string): Promise<void> {
  const { config, log, say } = options;
  const { dataFolder, keys, kurrentUrl, kurrentPrefix: prefix } = config;
  const kurrent = kurrentUrl === undefined ? undefined : { url: kurrentUrl, prefix };
  await checkServers(config, say);
  await prepareDatabase({ url, migrationsFolder, dataFolder, keys, kurrent });
  await prepareObjects(config, log);
  if (config.demo) await openDemoIssuer(config.dataFolder);
  signal.throwIfAborted();
}

/* `ready` says that the archive was ready once: from then on a program that ends is only started again. */
function startAll(
  { options, closers, recorder, fail }: Start,
  databaseUrl: string,
): Readonly<{ listening: Promise<void>; ready: () => void }> {
  let wasReady = false;
  const programs = startPrograms({
    archive: options,
    databaseUrlOf: (program) => programUrl(options.config, databaseUrl, program),
    onStart: () => setImmediate(() => recorder.note({ children: programs.pids() })),
    onCrash: (program, inARow) => {
      if (!wasReady && inARow >= START_CRASHES_MAX) refuse(program).catch(fail);
    },
  });
  const { host, port } = options.config;
  const refuse = async (program: string): Promise<never> => {
    if (program === 'archive-api') await refuseTakenPort(host, port);
    throw new OperatorFault(`${program} doesn't start: see the log above`);
  };
  closers.push(async () => {
    recorder.note({ state: 'draining' });
    await programs.stop();
  });
  return {
    listening: programs.listening,
    ready: () => {
      wasReady = true;
    },
  };
}

/* A start that is taken back waits for nobody; a program that doesn't come up fails it (START_CRASHES_MAX). */
async function unlessAborted(awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = once(signal, 'abort').then(() => signal.throwIfAborted());
  await Promise.race([awaited, aborted]);
}
