import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { frame, frameReader } from '#hl7/mllp';
import { createLog } from '#platform/log';
import { createPool } from '#platform/postgres-pool';
import { applyNext } from '../../apps/hl7-gateway/src/apply/run-apply.js';
import {
  composeGateway,
  type GatewayPorts,
} from '../../apps/hl7-gateway/src/hl7-gateway.module.js';
import { type MllpSettings, openServer } from '../../apps/hl7-gateway/src/listen/open-server.js';
import { type Taken, takeMessage } from '../../apps/hl7-gateway/src/receive/take-message.js';
import { type ArchiveCore, archiveCore, TEST_SECRETS } from '../support/archive-core.js';

const MESSAGE_BYTES_MAX = 65_536;
const SETTINGS: MllpSettings = {
  host: '127.0.0.1',
  port: 0,
  tls: undefined,
  connectionsMax: 10,
  messageBytesMax: MESSAGE_BYTES_MAX,
  idleMs: 60_000,
  messageMs: 60_000,
  edgeUrl: undefined,
};
/** Who assigns the identifiers of the hospitals in these tests. */
export const AUTHORITIES = { 'HOSP-A': '2.999.1', 'HOSP-B': '2.999.2', national: '2.999.9' };

/** A gateway over an archive, with two hospitals that may send; nothing is applied until `apply`. */
export async function testGateway(
  changed: Partial<MllpSettings> = {},
  openEdge?: (archive: ArchiveCore) => Promise<GatewayPorts['edge']>,
) {
  const archive = await archiveCore();
  const { pool, url, log: events, logPlan } = archive;
  for (const hospital of ['HOSP-A', 'HOSP-B'] as const) await onboard(pool, hospital);
  const commandPool = createPool({ url, name: 'arkim test' });
  const edge = await openEdge?.(archive);
  const gateway = composeGateway({
    pool,
    commandPool,
    log: logPlan === undefined ? undefined : events,
    secrets: TEST_SECRETS,
    messageBytesMax: MESSAGE_BYTES_MAX,
    ...(edge && { edge }),
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
  });
  const taken: Taken[] = [];
  const lost: string[] = [];
  const log = createLog({ name: 'test', level: 'silent' });
  const receiving = { ...gateway.receiving, report: (one: Taken) => taken.push(one) };
  const server = await openServer({
    settings: { ...SETTINGS, ...changed },
    answer: (framed) => takeMessage(receiving, framed),
    lost: (what) => lost.push(what),
    log,
  });
  return {
    archive,
    gateway,
    port: server.port,
    taken,
    lost,
    /** Applies all that waits. */
    apply: async () => {
      while (await applyNext({ ports: gateway.applying, pool, log }));
    },
    rows: async () => (await pool.query('select * from hl7_messages order by position')).rows,
    close: async () => {
      await server.close();
      await commandPool.end();
      await archive.close();
    },
  };
}

export type TestGateway = Awaited<ReturnType<typeof testGateway>>;

const onboard = (pool: TestGateway['archive']['pool'], hospital: 'HOSP-A' | 'HOSP-B') => {
  const settings = {
    authorities: {
      default: AUTHORITIES[hospital],
      issuers: { [`${hospital} MPI`]: AUTHORITIES[hospital], NATION: AUTHORITIES.national },
    },
    hl7: { senders: [{ application: 'HIS', facility: hospital }] },
  };
  return pool.query(
    'insert into hospitals (hospital, name, onboarded_at, settings) values ($1, $1, now(), $2)',
    [hospital, JSON.stringify(settings)],
  );
};

/** A sender with one connection. */
export async function sender(port: number) {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  return senderOn(socket);
}

export const senderOn = (socket: Socket) => {
  const answers: string[] = [];
  const reader = frameReader(MESSAGE_BYTES_MAX);
  socket.on('data', (chunk: Buffer) => {
    for (const event of reader.push(chunk))
      if (event.type === 'message') answers.push(event.bytes.toString());
  });
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    socket,
    answers,
    write: (bytes: string | Uint8Array) => socket.write(bytes),
    /** Sends one message and waits for its answer. */
    ask: async (message: string): Promise<string> => {
      const before = answers.length;
      socket.write(frame(Buffer.from(message)));
      return answered(answers, before + 1);
    },
    ended: () => ended,
    close: async () => {
      socket.destroy();
      await ended;
    },
  };
};

/** Waits until there are so many answers; gives the last. */
export async function answered(answers: readonly string[], count: number): Promise<string> {
  for (let tries = 0; answers.length < count; tries++) {
    if (tries === 1_000) throw new Error(`${answers.length} answers instead of ${count}`);
    await delay(10);
  }
  return answers[count - 1] ?? '';
}

/** The code of an answer, and what it answers: `AA M-1`. */
export const codeOf = (answer: string): string => {
  const [, code, id] = /\rMSA\|(\w\w)\|?([^\r|]*)/.exec(answer) ?? [];
  return `${code} ${id}`;
};

let made = 0;

type Header = Readonly<{ id?: string; facility?: string; version?: string; more?: string }>;

/** The header of a message of an invented hospital. */
export const header = (type: string, header: Header = {}): string => {
  made += 1;
  const { id = `M-${made}`, facility = 'HOSP-A', version = '2.5', more = '' } = header;
  return `MSH|^~\\&|HIS|${facility}|ARKIM|NATION|20260301101500||${type}|${id}|P|${version}${more}`;
};

/** A message of these lines. */
export const lines = (...all: readonly string[]): string => all.join('\r');

/** PID of an invented person: number at the hospital, and further identifiers. */
export const pid = (number: string, { name = 'Muster^Anna', more = '' } = {}): string =>
  `PID|1||${number}^^^^MR${more}||${name}||19700102|F`;
