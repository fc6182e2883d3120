import { connect, type Socket } from 'node:net';
import type { TestApi } from './archive-api.testing.js';

/** A connection of its own to the edge. */
export function connectTo({ url }: Pick<TestApi, 'url'>): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

/** Sends these bytes and resolves to all that comes back until the server ends the connection. */
export async function exchange(api: Pick<TestApi, 'url'>, text: string): Promise<string> {
  const socket = connectTo(api);
  socket.write(text, 'latin1');
  let answer = '';
  for await (const chunk of socket) answer += (chunk as Buffer).toString('latin1');
  return answer;
}

/** The lines of a head, joined and ended as HTTP wants. */
export const head = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

export const statusOf = (answer: string): number => Number(answer.split(' ')[1]);
