import {
  type BeforeApplicationShutdown,
  Inject,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Pool } from 'pg';
import { hearChannel } from '#platform/hear-channel';
import type { Log } from '#platform/log';
import { LOG } from '../problem.filter.js';
import type { Receipts } from './receipts.js';

export const RECEIPTS = Symbol('Receipts');
export const RECEIPT_POOL = Symbol('Pool of the receipt feed');

const POLL_MS = 1_000;
/** While draining, waiting requests get so long before they are told to come back. */
const DRAIN_WAIT_MS = 10_000;

/** Feeds the receipts that requests wait for: from the channel of the workers, and from a look each second at what it may have missed. */
export class ReceiptFeed
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly stopping = new AbortController();
  private readonly timers: NodeJS.Timeout[] = [];
  private hearing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(RECEIPT_POOL) private readonly pool: Pool,
    @Inject(RECEIPTS) private readonly receipts: Receipts,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const { signal } = this.stopping;
    const lost = (cause: unknown) =>
      this.log.warn({ err: cause }, 'the channel of receipts was lost; it is opened again');
    this.hearing = hearChannel(this.pool, 'receipts', this.receipts.announced, { signal, lost });
    this.timers.push(setInterval(() => void this.receipts.poll(), POLL_MS).unref());
  }

  beforeApplicationShutdown(): void {
    this.timers.push(setTimeout(this.receipts.giveUp, DRAIN_WAIT_MS).unref());
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.stopping.abort();
    await this.hearing;
  }
}
