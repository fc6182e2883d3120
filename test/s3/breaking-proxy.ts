import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What is done to a request. `lose`: it is done, its answer never comes. `reset`: it never arrives. `busy`: 503 SlowDown. `hang`: nothing,
 * ever. `cut`: the connection breaks in the middle of the answer. `flip`: one bit of its body changes on the way. `late-error`: it is
 * done, but the answer is an error behind status 200.
 */
export type Breakage = 'lose' | 'reset' | 'busy' | 'hang' | 'cut' | 'flip' | 'late-error';

type Rule = { how: Breakage; on: RegExp; times: number };

/** A proxy before an S3 server that breaks what it is told to; it keeps the lines of all requests that came (`PUT /bucket/key?…`). */
export async function breakingProxy(target: string) {
  const rules: Rule[] = [];
  const seen: string[] = [];
  const server = createServer((asked, answer) => {
    const line = `${asked.method} ${asked.url}`;
    seen.push(line);
    const rule = rules.find(({ on, times }) => times > 0 && on.test(line));
    if (rule) rule.times -= 1;
    pass(target, { asked, answer }, rule?.how).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    /** The next `times` requests whose line fits. */
    breakNext(how: Breakage, on: RegExp, times = 1): void {
      rules.push({ how, on, times });
    },
    mend(): void {
      rules.length = 0;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(
  target: string,
  { asked, answer }: { asked: IncomingMessage; answer: ServerResponse },
  how: Breakage | undefined,
): Promise<void> {
  const body = await buffer(asked);
  if (how === 'hang') return;
  if (how === 'reset') return void answer.destroy();
  if (how === 'busy') {
    answer.writeHead(503).end('<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>');
    return;
  }
  if (how === 'flip') body[body.length >> 1]! ^= 1;
  const upstream = await forward(target, asked, body);
  const said = await buffer(upstream);
  if (how === 'lose') return void answer.destroy();
  if (how === 'late-error') {
    answer.writeHead(200).end('<?xml version="1.0"?><Error><Code>InternalError</Code></Error>');
    return;
  }
  answer.writeHead(upstream.statusCode ?? 500, upstream.headers);
  if (how !== 'cut') return void answer.end(said);
  answer.write(said.subarray(0, said.length >> 1), () => answer.destroy());
}

function forward(target: string, asked: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url, headers } = asked;
    request(`${target}${url}`, { method: method ?? '', headers }, resolve)
      .on('error', reject)
      .end(body);
  });
}
