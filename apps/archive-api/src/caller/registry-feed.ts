import { Inject, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Log } from '#platform/log';
import { LOG } from '../problem.filter.js';
import { HOSPITAL_REGISTRY, type HospitalRegistry, REGISTRY_POLL_MS } from './hospital-registry.js';

const UNDEFINED_TABLE = '42P01';

/** Looks once a second whether hospitals, revocations or policies have changed. */
export class RegistryFeed implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isStopped = false;
  private isLost = false;

  constructor(
    @Inject(HOSPITAL_REGISTRY) private readonly registry: HospitalRegistry,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.looking = this.look();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /* What fails is told once; whoever asks for data meets the fault itself. Before there is a schema, there is nothing to tell. */
  private async look(): Promise<void> {
    try {
      await this.registry.look();
      this.isLost = false;
    } catch (err) {
      const isEarly = (err as { code?: string }).code === UNDEFINED_TABLE;
      if (!isEarly && !this.isLost)
        this.log.warn({ err }, 'the registry of hospitals cannot be read');
      this.isLost = !isEarly;
    }
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.looking = this.look();
    }, REGISTRY_POLL_MS).unref();
  }
}
