import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sendAnswer, textAnswer } from '../answer.js';
import { DemandsOfArchive } from '../caller/permit.guard.js';
import { METRICS, type Metrics } from './metrics.js';

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  @DemandsOfArchive('read-metrics')
  @Get()
  async show(@Res() reply: FastifyReply): Promise<void> {
    const text = await this.metrics.text();
    return sendAnswer(reply, textAnswer(200, this.metrics.contentType, text));
  }
}
