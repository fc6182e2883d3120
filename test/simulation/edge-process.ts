import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

const CHILD = 'test/simulation/crashing-edge.mjs';

/** Where an edge finds its archive, and at which step it's killed. */
export type EdgePlan = Readonly<{ url: string; dataFolder: string; crashAt?: number }>;

export type Answer = Readonly<{ status: string; body: string }>;

/** What came of one request to an edge of its own; `answer` is undefined when the connection was lost before the whole of it. */
export type EdgeRun = Readonly<{ answer: Answer | undefined; killed: boolean; steps: number }>;

/** Starts an edge, sends it these bytes, and ends it if it isn't dead. */
export async function sendToEdge(plan: EdgePlan, request: Buffer): Promise<EdgeRun> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(plan)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [{ port }] = await Promise.race([once(child, 'message'), exited.then(refuseStart)]);
  const answer = await exchange(port, request);
  const steps = plan.crashAt === undefined ? await end(child) : 0;
  const [, signal] = await exited;
  return { answer, killed: signal === 'SIGKILL', steps };
}

const refuseStart = (): never => {
  throw new Error('the edge did not start');
};

const end = async (child: ChildProcess): Promise<number> => {
  child.send('end');
  const [{ steps }] = await once(child, 'message');
  return steps;
};

/** One request on a connection of its own, written at once. */
const exchange = async (port: number, request: Buffer): Promise<Answer | undefined> => {
  const chunks: Buffer[] = [];
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  try {
    for await (const chunk of socket) chunks.push(chunk);
  } catch (error) {
    if (!isLost(error)) throw error;
  }
  return whole(Buffer.concat(chunks));
};

const isLost = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(`${error.code}`);

/** The answer, when all of it came. */
const whole = (bytes: Buffer): Answer | undefined => {
  const [head = '', body] = split(bytes.toString(), '\r\n\r\n');
  const length = /^content-length: (\d+)\r?$/im.exec(head)?.[1];
  return body === undefined || Buffer.byteLength(body) !== Number(length)
    ? undefined
    : { status: head.split(' ')[1] ?? '', body };
};

const split = (text: string, by: string): readonly string[] => {
  const at = text.indexOf(by);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
};
