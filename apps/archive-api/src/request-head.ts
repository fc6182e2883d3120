import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const ABSOLUTE = /^https?:\/\/[^/?#]*/i;

/**
 * The path and query of a request's target (RFC 9112 §3.2). The absolute form, as proxies send it, names the same resource as its path;
 * OPTIONS with `*` means the server, whose description is that of its root.
 */
export function originForm({ url = '/', method }: Pick<IncomingMessage, 'url' | 'method'>): string {
  if (url === '*' && method === 'OPTIONS') return '/';
  const rest = url.replace(ABSOLUTE, '');
  return rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
}

const HOST = /^(?:\[[\da-f:.]{2,45}\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2}){0,255})(?::\d{0,5})?$/i;

/** Whether there is no more than one Host field and it holds a host, which may be empty (RFC 9112 §3.2, RFC 3986 §3.2.2); that it is there in HTTP/1.1 is seen to by Node. */
export function isHostSound({
  headers: { host = '' },
  rawHeaders,
}: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): boolean {
  const names = rawHeaders.filter((name, at) => at % 2 === 0 && isHost(name));
  return names.length <= 1 && HOST.test(host);
}

const isHost = (name: string) => name.length === 'host'.length && name.toLowerCase() === 'host';

/** Whether the client waits for leave to send its body (RFC 9110 §10.1.1); one of HTTP/1.0 never does, it could not read the leave. */
const awaitsLeave = ({ headers, httpVersion }: IncomingMessage): boolean =>
  httpVersion !== '1.0' && /^\s*100-continue\s*$/i.test(headers.expect ?? '');

/**
 * Takes every request to the handlers, who give leave to send themselves. From there on an Expect field means that the client waits:
 * an empty one asks for nothing and is dropped; another expectation than 100-continue can't be met (417).
 */
export function takeExpectations(server: Server): void {
  const take = (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.expect?.trim() === '') delete request.headers.expect;
    if (request.headers.expect === undefined || awaitsLeave(request))
      server.emit('request', request, response);
    else response.writeHead(417, { connection: 'close', 'content-length': 0 }).end();
  };
  server.on('checkContinue', take);
  server.on('checkExpectation', take);
  server.prependListener('request', (request: IncomingMessage) => {
    if (request.httpVersion === '1.0') delete request.headers.expect;
  });
}
