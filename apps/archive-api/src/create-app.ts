import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemAnswer, sendAnswer } from './answer.js';
import { archiveApiModule } from './archive-api.module.js';
import { IDENTIFY, type Identify, requireCaller } from './caller/authenticate.js';
import { countRefused } from './caller/count-refused.js';
import { gateAnswers } from './gate-answers.js';
import { METRICS, type Metrics } from './health/metrics.js';
import type { Ports } from './ports.js';
import { toProblem } from './problem.filter.js';
import { badRequest } from './problem.js';
import { isHostSound, originForm, takeExpectations } from './request-head.js';

const HEADER_BYTES_MAX = 64 * 1024;
/** A frame list or a bulkdata path may be long; the head of the request bounds it anyway. */
const PATH_PARAMETER_CHARACTERS_MAX = 32 * 1024;
const HEADERS_MS_MAX = 20_000;
const KEEP_ALIVE_MS = 75_000;
/** A connection on which nothing moves for so long, beyond the wait for a receipt or for a body, is ended. */
const SILENCE_MS_MAX = 90_000;
const CONNECTIONS_MAX = 8_192;
const CLOSE_IDLE_MS = 50;

/** The edge, not yet listening. Bodies stay raw streams. */
export async function createApp(ports: Ports): Promise<NestFastifyApplication> {
  const { waitMs, receive } = ports.store;
  const adapter = createAdapter(Math.max(waitMs, receive.idleMsMax));
  const app = await NestFactory.create<NestFastifyApplication>(archiveApiModule(ports), adapter, {
    bodyParser: false,
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
  const instance = adapter.getInstance();
  instance.decorateRequest('caller', null);
  instance.decorateRequest('refusal', '');
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, _payload, done) => done(null));
  instance.addHook('onRequest', refuseUnsoundHost);
  adapter.setOnRequestHook(requireCaller(app.get<Identify>(IDENTIFY)));
  instance.addHook('preHandler', gateAnswers());
  adapter.setOnResponseHook(app.get<Metrics>(METRICS).answered);
  instance.addHook('onResponse', countRefused(ports.refusedCredentials));
  instance.addHook('preClose', (done) => {
    closeIdleConnections(instance.server);
    done();
  });
  await app.init();
  boundServer(instance.server);
  return app;
}

const createAdapter = (waitMs: number) =>
  new FastifyAdapter({
    logger: false,
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: 0,
    connectionTimeout: waitMs + SILENCE_MS_MAX,
    forceCloseConnections: 'idle',
    rewriteUrl: originForm,
    routerOptions: {
      maxParamLength: PATH_PARAMETER_CHARACTERS_MAX,
      ignoreTrailingSlash: true,
    },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: refuseMalformed,
  });

/** A body may take hours while its bytes keep coming: the Store Transaction watches for pauses. Heads may not. */
function boundServer(server: Server): void {
  server.headersTimeout = HEADERS_MS_MAX;
  server.maxConnections = CONNECTIONS_MAX;
  takeExpectations(server);
}

/** A connection that was busy when the edge began to close is let go as soon as its answer is out, not after its keep-alive. */
function closeIdleConnections(server: Server): void {
  const timer = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_MS);
  server.once('close', () => clearInterval(timer));
}

/** Before anything else: caches and proxies may have read another of the hosts. */
function refuseUnsoundHost(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (isHostSound(request.raw)) done();
  else void sendAnswer(reply, problemAnswer(badRequest('There must be one Host, of a host.')));
}

function answerFrameworkError(error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  void sendAnswer(reply, problemAnswer(toProblem(error) ?? badRequest()));
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is no HTTP, or a head that does not come to its end, gets a line that is, and the end of its connection. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  const status = REFUSALS[error.code ?? ''] ?? '400 Bad Request';
  if (socket.writable)
    socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  /* What was written leaves first: an answer may be waiting in the same turn. */
  socket.destroySoon();
}
