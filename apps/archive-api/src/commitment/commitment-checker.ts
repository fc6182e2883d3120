import { Inject, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CommitmentFailure } from '#dicomweb/storage-commitment';
import type { Log } from '#platform/log';
import { isOutage } from '#storage/outage';
import { LOG } from '../problem.filter.js';
import { type CheckPorts, checkInstances } from './check-instances.js';
import {
  completeRequest,
  keepTaken,
  LEASE_SECONDS,
  returnTaken,
  type TakenRequest,
  takeRequest,
} from './commitment-requests.js';

export const COMMITMENT = Symbol('Commitment');

/** How often it looks for requests that another process left behind. */
const POLL_MS = 5_000;
const KEEP_MS = (LEASE_SECONDS * 1_000) / 3;
/** After so many failures the request is answered as it stands: nothing of it is committed. */
const ATTEMPTS_MAX = 5;

/** Works through the requests, one at a time in a process, the oldest first; what a dead process left is taken up again. */
export class CommitmentChecker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private isWanted = false;

  constructor(
    @Inject(COMMITMENT) private readonly ports: CheckPorts,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.working;
  }

  /** Begins to work unless it does already; then it looks once more when it is done. */
  wake(): void {
    if (this.stopping.signal.aborted) return;
    this.isWanted = true;
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      if (this.isWanted) this.wake();
    });
  }

  private async work(): Promise<void> {
    try {
      while (this.isWanted) {
        this.isWanted = false;
        const taken = await takeRequest(this.ports.pool);
        if (taken === undefined) continue;
        this.isWanted = true;
        await this.answer(taken);
        if (this.stopping.signal.aborted) this.isWanted = false;
      }
    } catch (err) {
      this.isWanted = false;
      if (!this.stopping.signal.aborted)
        this.log.warn({ err }, 'a commitment request could not be checked; it is tried again');
    }
  }

  private async answer(taken: TakenRequest): Promise<void> {
    const { pool } = this.ports;
    const { hospital, references, attempts } = taken;
    const kept = setInterval(() => void keepTaken(pool, taken).catch(() => undefined), KEEP_MS);
    try {
      const reasons =
        attempts > ATTEMPTS_MAX
          ? references.map(() => CommitmentFailure.ProcessingFailure)
          : await checkInstances(this.ports, hospital, references, this.stopping.signal);
      await completeRequest(pool, taken, reasons);
    } catch (error) {
      if (isOutage(error)) await returnTaken(pool, taken);
      throw error;
    } finally {
      clearInterval(kept);
    }
  }
}
