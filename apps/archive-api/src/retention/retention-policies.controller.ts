import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RetentionPolicyRefusal } from '#archive/retention/decide-retention-policy';
import { RETENTION_TABLE } from '#retention/built-in-policies';
import { faultOfRetention } from '#retention/retention-fault';
import type { RetentionTable } from '#retention/retention-policy';
import { sendAnswer } from '../answer.js';
import { DemandsOfArchive } from '../caller/permit.guard.js';
import { careOrder } from '../governance/care-order.js';
import { jsonAnswer } from '../governance/json-answer.js';
import { readJson, readQuery } from '../governance/read-json.js';
import { badRequest, conflict, notFound, ProblemException } from '../problem.js';
import {
  publishRetentionBody,
  RETENTION_LISTED_MAX,
  retentionTableQuery,
  tryRetentionBody,
} from './retention-policy-routes.js';
import { RETENTION, type RetentionPorts } from './retention-ports.js';
import { todayOf } from './today-of.js';

const TABLE_BYTES_MAX = 256 * 1024;

/** How long what is kept is kept, version by version. */
@Controller('governance/policies/retention')
export class RetentionPoliciesController {
  /** A dry run looks at every study: one at a time. */
  private isTrying = false;

  constructor(@Inject(RETENTION) private readonly ports: RetentionPorts) {}

  @DemandsOfArchive('read-policy')
  @Get()
  async list(@Res() reply: FastifyReply): Promise<void> {
    const published = await this.ports.retention.versions(RETENTION_LISTED_MAX);
    const { version: inForce } = await this.inForce();
    return sendAnswer(reply, jsonAnswer(200, { inForce, published }));
  }

  @DemandsOfArchive('read-policy')
  @Get('table')
  async table(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { version } = readQuery(request, retentionTableQuery);
    const table = version === undefined ? await this.inForce() : await this.named(version);
    if (table === undefined) throw new ProblemException(notFound());
    return sendAnswer(reply, jsonAnswer(200, table));
  }

  @DemandsOfArchive('publish-policy')
  @Post('dry-run')
  async dryRun(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { table: after, on = todayOf(this.ports.wallMs()) } = await readJson(
      ...([request, reply, tryRetentionBody, TABLE_BYTES_MAX] as const),
    );
    requireSound(faultOfRetention(after));
    if (this.isTrying) throw new ProblemException(conflict('Another dry run is under way.'));
    this.isTrying = true;
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    try {
      const before = await this.inForce();
      const tried = { before, after, on };
      const difference = await this.ports.retention.tryOut(tried, gone.signal);
      return sendAnswer(
        reply,
        jsonAnswer(200, { comparedWith: before.version, on, ...difference }),
      );
    } finally {
      this.isTrying = false;
    }
  }

  @DemandsOfArchive('publish-policy')
  @Post()
  async publish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readJson(request, reply, publishRetentionBody, TABLE_BYTES_MAX);
    const order = careOrder(request, `publishRetentionPolicies/${body.table.version}`);
    const published = await this.ports.retention.publish(order, body);
    requireSound(published.ok ? undefined : published.refusal);
    return sendAnswer(reply, jsonAnswer(201, { version: body.table.version }));
  }

  private inForce = async (): Promise<RetentionTable> =>
    (await this.ports.retention.read()) ?? RETENTION_TABLE;

  private named(version: string): Promise<RetentionTable | undefined> {
    const isBuiltIn = version === RETENTION_TABLE.version;
    return isBuiltIn ? Promise.resolve(RETENTION_TABLE) : this.ports.retention.read(version);
  }
}

function requireSound(refusal: RetentionPolicyRefusal | undefined): void {
  if (refusal !== undefined) throw new ProblemException(REFUSALS[refusal]);
}

const REFUSALS = {
  overtaken: conflict('Other policies are in force than these are based on.'),
  'version-used': conflict('This version is used already.'),
  'ids-repeated': badRequest('Two policies, or two rules of one, have the same id.'),
  'duration-unreadable': badRequest(
    'A duration is none of ISO 8601 in years, months, weeks and days, of at most 200 years.',
  ),
  'birthday-in-years': badRequest('A birthday is counted in whole years.'),
  'mark-missing': badRequest('A clock starts at a mark that its policy does not name.'),
  'range-empty': badRequest('No age or no day fits a range.'),
  'without-rules': badRequest('A policy has no rule.'),
  'max-forever': badRequest('Only what is kept at least so long is kept for ever.'),
} as const;
