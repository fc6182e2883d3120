import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import type { HandOver } from '#storage/hand-over';
import type { Enqueue, Enqueued } from '#storage/ingest-job';
import type { ObjectStore } from '#storage/object-store';
import type { AdmitRequest } from './admit-request.js';
import type { ByteBudget } from './metadata/byte-budget.js';
import { findReceipt, type Receipts } from './receipts.js';
import { receiveParts, type StoreBody } from './receive-parts.js';
import type { StoreSettings } from './store-settings.js';

/** The durable receipt's JSON; undefined while it is not written. `job` names it either way. */
export type Stored = Readonly<{ job: string; receipt: string | undefined }>;

/** One Store request. `begin` is called when the body is wanted; `wait` false: the acceptance is enough. */
export class StoreInstances extends Command<Stored> {
  constructor(
    readonly body: StoreBody,
    readonly begin: () => void,
    readonly wait: boolean,
  ) {
    super();
  }
}

export const STORE = Symbol('Store');

/** What storing needs; see the functions named. */
export type StorePorts = Readonly<{
  pool: Pool;
  objects: ObjectStore;
  budget: ByteBudget;
  admit: AdmitRequest;
  enqueue: Enqueue;
  /** Left out, every job is queued. */
  handOver?: HandOver | undefined;
  receipts: Receipts;
  settings: StoreSettings;
}>;

@CommandHandler(StoreInstances)
export class StoreInstancesHandler implements ICommandHandler<StoreInstances> {
  constructor(@Inject(STORE) private readonly ports: StorePorts) {}

  execute({ body, begin, wait }: StoreInstances): Promise<Stored> {
    return storeInstances(this.ports, body, { begin, wait });
  }
}

/**
 * Admit, receive, enqueue, await: bytes are durable before the job names them or with it, the job before anything is answered (design D1).
 * A sender who waits for the receipt has the job handed to a worker first: its row is then durable with the receipt (ADR 20).
 */
async function storeInstances(
  { pool, objects, budget, admit, enqueue, handOver, receipts, settings }: StorePorts,
  body: StoreBody,
  { begin, wait }: Pick<StoreInstances, 'begin' | 'wait'>,
): Promise<Stored> {
  const leave = await admit(body.hospital);
  try {
    begin();
    const job = await receiveParts({ objects, budget }, body, settings.receive);
    const endMs = performance.now() + settings.waitMs;
    const handed = wait ? await handOver?.give(job, handOverMs(settings)) : undefined;
    if (handed !== undefined) return { job: job.id, receipt: handed };
    const watch = receipts.watch(job.id);
    try {
      const enqueued = await enqueue(job, wait ? 'receipt' : 'acceptance');
      if (enqueued.joined) return await join({ pool, receipts, settings }, body, enqueued, wait);
      return { job: job.id, receipt: wait ? await watch.within(left(endMs)) : undefined };
    } finally {
      watch.end();
    }
  } finally {
    leave();
  }
}

/** Longer than a slice waits for a lock; a job that no worker answers for by then is queued. */
const HAND_OVER_MS_MAX = 15_000;

const handOverMs = ({ waitMs }: StoreSettings) => Math.min(HAND_OVER_MS_MAX, waitMs);

const left = (endMs: number) => Math.max(0, endMs - performance.now());

/** The same request was accepted before: its receipt is this one's too, be it written or still to come. */
async function join(
  { pool, receipts, settings }: Pick<StorePorts, 'pool' | 'receipts' | 'settings'>,
  { hospital }: StoreBody,
  { id }: Enqueued,
  wait: boolean,
): Promise<Stored> {
  const watch = receipts.watch(id);
  try {
    const written = await findReceipt(pool, hospital, id);
    if (typeof written === 'string' || !wait) return { job: id, receipt: written ?? undefined };
    return { job: id, receipt: await watch.within(settings.waitMs) };
  } finally {
    watch.end();
  }
}
