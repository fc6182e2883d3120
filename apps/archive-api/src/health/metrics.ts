import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FixityFigures } from '#index/fixity';
import { measureFixity } from '../custody/measure-fixity.js';
import type { CareCounts } from '../governance/care-counts.js';
import { measureCare } from '../governance/measure-care.js';
import type { Searching } from '../search/search-ports.js';
import type { Load } from '../store/admission.js';
import { type MessageCounts, measureMessages } from './hl7-messages.js';
import type { ObjectsAnswer } from './objects-answer.js';

export const METRICS = Symbol('Metrics');

/** Labels are route patterns, methods and status codes: never a path as asked for, a caller or a UID. */
export type Metrics = Readonly<{
  text: () => Promise<string>;
  contentType: string;
  /** Counts an answered request. */
  answered: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void;
}>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/** What else there is to measure: where searches were read, which of several edges this is, what waits for a review or to be applied. */
type MeasuredBeside = Readonly<{
  reads?: Searching['reads'] | undefined;
  edge?: number | undefined;
  care?: () => Promise<readonly CareCounts[]>;
  messages?: () => Promise<MessageCounts>;
  fixity?: Readonly<{ figures: () => Promise<FixityFigures>; wallMs: () => number }>;
}>;

/** What this process has to tell; `edge` is its number where several share a port, and then stands beside every figure. */
export function metrics(
  load: () => Promise<Load>,
  objectsAnswer: ObjectsAnswer,
  { reads, edge, care, messages, fixity }: MeasuredBeside = {},
): Metrics {
  const registry = new Registry();
  if (edge !== undefined) registry.setDefaultLabels({ edge: String(edge) });
  collectDefaultMetrics({ register: registry });
  measureLoad(registry, load);
  measureObjectStore(registry, objectsAnswer);
  if (reads) countReads(registry, reads);
  if (care) measureCare(registry, care);
  if (messages) measureMessages(registry, messages);
  if (fixity) measureFixity(registry, fixity.figures, fixity.wallMs);
  const requests = new Counter({
    name: 'arkim_http_requests_total',
    help: 'Answered requests',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'arkim_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['route', 'method'],
    buckets: SECONDS,
    registers: [registry],
  });
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    answered: (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      requests.inc({ route, method: request.method, status: reply.raw.statusCode });
      seconds.observe({ route, method: request.method }, reply.elapsedTime / 1000);
      done();
    },
  };
}

function measureObjectStore(registry: Registry, objectsAnswer: ObjectsAnswer): void {
  const up: Gauge = new Gauge({
    name: 'arkim_object_store_up',
    help: 'Whether the object store answers',
    registers: [registry],
    collect: async () => {
      up.set((await objectsAnswer()) ? 1 : 0);
    },
  });
}

function measureLoad(registry: Registry, load: () => Promise<Load>): void {
  const jobs = new Gauge({
    name: 'arkim_ingest_waiting_jobs',
    help: 'Accepted Store requests without a receipt',
    registers: [registry],
    collect: async () => {
      const { waiting, freeBytes } = await load();
      jobs.set(waiting.reduce((sum, entry) => sum + entry.jobs, 0));
      oldest.set(waiting.reduce((max, entry) => Math.max(max, entry.oldestMs), 0) / 1000);
      if (freeBytes !== undefined) free.set(freeBytes);
    },
  });
  const oldest = new Gauge({
    name: 'arkim_ingest_oldest_wait_seconds',
    help: 'How long the oldest unclaimed Store request has waited',
    registers: [registry],
  });
  const free = new Gauge({
    name: 'arkim_objects_free_bytes',
    help: 'Room for new objects',
    registers: [registry],
  });
}

function countReads(registry: Registry, reads: Searching['reads']): void {
  const counter = new Counter({
    name: 'arkim_search_reads_total',
    help: 'Statements of searches by the server that ran them',
    labelNames: ['server'],
    registers: [registry],
    collect: () => {
      counter.reset();
      for (const [server, count] of Object.entries(reads())) counter.inc({ server }, count);
    },
  });
}
