import { Inject, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { REFUSALS_TOLD_MS, type RefusedCredentials } from '#evidence/refused-credentials';
import type { Log } from '#platform/log';
import { LOG } from '../problem.filter.js';
import { doorOf } from './door-of.js';

export const REFUSED_CREDENTIALS = Symbol('RefusedCredentials');

/** A hook behind every answer: one of 401 is counted, by the door and the reason. */
export const countRefused =
  (refused: RefusedCredentials) =>
  (request: FastifyRequest, { raw }: FastifyReply, done: () => void): void => {
    if (raw.statusCode === 401)
      refused.note({ door: doorOf(request.url), why: request.refusal || 'no-credential' });
    done();
  };

/** Writes down each minute, and at the end, whom nobody believed; told once when it can't be. */
export class RefusalsFeed implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private isLost = false;

  constructor(
    @Inject(REFUSED_CREDENTIALS) private readonly refused: RefusedCredentials,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.tell(), REFUSALS_TOLD_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.tell();
  }

  private async tell(): Promise<void> {
    try {
      await this.refused.tell();
      this.isLost = false;
    } catch (err) {
      if (!this.isLost) this.log.warn({ err }, 'refused credentials cannot be written down');
      this.isLost = true;
    }
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Why its credential counts for nothing, as a code; '' when it counts, or there was none. */
    refusal: string;
  }
}
