import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { request } from 'undici';

const pollMs = 100;
const stopMs = 30_000;
const logTailLength = 2_000;

/** Starts a server whose output goes to a file; `stop()` asks it to end, and after half a minute ends it. */
export function startChild({ command, args, env, cwd, log }) {
  const output = createWriteStream(log);
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const ended = once(child, 'exit');
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid,
    running,
    tail: () => readFileSync(log, 'utf8').slice(-logTailLength),
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
      if (running()) child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
      output.end();
    },
  };
}

/** Waits until `url` answers 200; throws with the end of the server's log when it ends or takes too long. */
export async function waitReady(child, url, limitMs) {
  const endMs = Date.now() + limitMs;
  while (Date.now() < endMs) {
    if (!child.running()) throw new Error(`the server ended before it was ready:\n${child.tail()}`);
    if ((await statusOf(url)) === 200) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error(`not ready within ${limitMs} ms:\n${child.tail()}`);
}

/** The status of a GET, 0 while nobody listens. */
export async function statusOf(url) {
  try {
    const { statusCode, body } = await request(url);
    await body.dump();
    return statusCode;
  } catch (error) {
    if (['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(error.code)) return 0;
    throw error;
  }
}
