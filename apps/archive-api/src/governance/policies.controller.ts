import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { accessPolicy } from '#archive/access/access-policy';
import type { AccessPolicy } from '#archive/access/access-table';
import { faultOf, type PolicyRefusal } from '#archive/access/decide-policy';
import type { Findable } from '#index/findable';
import type { AccessPolicies } from '#index/policy-commands';
import { differenceOf } from '#index/policy-difference';
import { sendAnswer } from '../answer.js';
import { DemandsOfArchive } from '../caller/permit.guard.js';
import { badRequest, conflict, notFound, ProblemException } from '../problem.js';
import { careOrder } from './care-order.js';
import { jsonAnswer } from './json-answer.js';
import { dryRunBody, publishBody, tableQuery, VERSIONS_LISTED_MAX } from './policy-routes.js';
import { readJson, readQuery } from './read-json.js';

export const POLICIES = Symbol('Policies');

/** What the routes of policies are given. `look`: this edge decides by what is published now. */
export type PolicyPorts = Readonly<{
  policies: AccessPolicies;
  policyInForce: () => AccessPolicy;
  look: () => Promise<void>;
  findable: Pick<Findable, 'rows'>;
  wallMs: () => number;
}>;

const TABLE_BYTES_MAX = 256 * 1024;

/** The tables of who may see what, version by version. */
@Controller('governance/policies/access')
export class PoliciesController {
  constructor(@Inject(POLICIES) private readonly ports: PolicyPorts) {}

  @DemandsOfArchive('read-policy')
  @Get()
  async list(@Res() reply: FastifyReply): Promise<void> {
    const { policies, policyInForce } = this.ports;
    const published = await policies.versions(VERSIONS_LISTED_MAX);
    return sendAnswer(reply, jsonAnswer(200, { inForce: policyInForce().version, published }));
  }

  @DemandsOfArchive('read-policy')
  @Get('table')
  async table(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { version = this.ports.policyInForce().version } = readQuery(request, tableQuery);
    const builtIn = version === accessPolicy.version ? accessPolicy : undefined;
    const table = builtIn ?? (await this.ports.policies.read(version));
    if (table === undefined) throw new ProblemException(notFound());
    return sendAnswer(reply, jsonAnswer(200, table));
  }

  @DemandsOfArchive('publish-policy')
  @Post('dry-run')
  async dryRun(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { policy: after } = await readJson(request, reply, dryRunBody, TABLE_BYTES_MAX);
    requireSound(faultOf(after));
    const before = this.ports.policyInForce();
    const at = new Date(this.ports.wallMs()).toISOString();
    const differences = await differenceOf(this.ports.findable, { before, after, at });
    return sendAnswer(reply, jsonAnswer(200, { comparedWith: before.version, differences }));
  }

  @DemandsOfArchive('publish-policy')
  @Post()
  async publish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readJson(request, reply, publishBody, TABLE_BYTES_MAX);
    const order = careOrder(request, `publishAccessPolicy/${body.policy.version}`);
    const published = await this.ports.policies.publish(order, body);
    requireSound(published.ok ? undefined : published.refusal);
    await this.ports.look();
    return sendAnswer(reply, jsonAnswer(201, { version: body.policy.version }));
  }
}

function requireSound(refusal: PolicyRefusal | undefined): void {
  if (refusal !== undefined) throw new ProblemException(REFUSALS[refusal]);
}

const REFUSALS = {
  overtaken: conflict('Another version is in force than this one is based on.'),
  'version-used': conflict('This version is used already.'),
  'ids-repeated': badRequest('Two rows have the same id.'),
  'open-to-anyone': badRequest('A row that permits is for anyone.'),
  'own-by-jurisdiction': badRequest('A row for the own hospital holds in some jurisdictions only.'),
  'locks-out': badRequest('Nobody could publish the next version.'),
} as const;
