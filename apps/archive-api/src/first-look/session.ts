import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** What of a request says whether a browser's session counts; a FastifyRequest is one. */
export type SessionRequest = Readonly<{
  method: string;
  headers: IncomingHttpHeaders;
  socket: Pick<Socket, 'localAddress' | 'localPort'>;
}>;

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const LOOPBACK_ADDRESS = /^(?:127\.|::1$|::ffff:127\.)/;
const LOOPBACK_NAME = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

/**
 * The token of a demonstration's session, for reading only. A cookie goes out with whatever a page makes the browser
 * ask for, so it counts for GET and HEAD, when the browser doesn't say that another site asks, under a name that is
 * this machine's (ADR 13). Undefined: none that counts.
 */
export function sessionToken(request: SessionRequest): string | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  if (!isOwnName(request)) return undefined;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return undefined;
  const wanted = `${cookieName(request)}=`;
  const pair = request.headers.cookie
    ?.split(';')
    .map((text) => text.trim())
    .find((text) => text.startsWith(wanted));
  const token = pair?.slice(wanted.length);
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** Whether a form was sent from a page of ours: the browser says so by itself, no script of another page can. */
export function isOwnForm(request: SessionRequest): boolean {
  if (!isOwnName(request)) return false;
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined) return site === 'same-origin';
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** The Set-Cookie field that begins a session; an empty token ends it. It lasts until the browser is closed, its token less. */
export function sessionCookie(request: SessionRequest, token: string): string {
  const secure = request.headers['x-forwarded-proto'] === 'https' ? '; Secure' : '';
  const end = token === '' ? '; Max-Age=0' : '';
  return `${cookieName(request)}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${end}`;
}

/* Browsers don't keep cookies of two ports apart, and each archive has an issuer of its own. */
const cookieName = ({ socket }: SessionRequest) => `arkim-demo-${socket.localPort}`;

/* A foreign name that was made to lead to this machine (DNS rebinding) would make its pages count as ours. */
const isOwnName = ({ headers, socket }: SessionRequest): boolean =>
  !LOOPBACK_ADDRESS.test(socket.localAddress ?? '') || LOOPBACK_NAME.test(headers.host ?? '');
