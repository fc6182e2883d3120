import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WindowsRefusal } from '#archive/duplicates/decide-windows';
import { MATCH_WINDOWS, type MatchWindows } from '#exams/match-windows';
import { faultOfWindows } from '#exams/windows-fault';
import type { Findable } from '#index/findable';
import type { PublishedWindows } from '#index/match-windows-commands';
import { windowsDifference } from '#index/windows-difference';
import { sendAnswer } from '../answer.js';
import { DemandsOfArchive } from '../caller/permit.guard.js';
import { badRequest, conflict, notFound, ProblemException } from '../problem.js';
import { careOrder } from './care-order.js';
import { jsonAnswer } from './json-answer.js';
import {
  publishWindowsBody,
  tryWindowsBody,
  WINDOWS_LISTED_MAX,
  windowsQuery,
} from './match-windows-routes.js';
import { readJson, readQuery } from './read-json.js';

export const MATCH_WINDOWS_PORTS = Symbol('MatchWindows');

/** What the routes of windows are given. `look`: this edge grades by what is published now. */
export type MatchWindowsPorts = Readonly<{
  windows: PublishedWindows;
  windowsInForce: () => MatchWindows;
  look: () => Promise<void>;
  findable: Pick<Findable, 'rows'>;
  wallMs: () => number;
}>;

const WINDOWS_BYTES_MAX = 256 * 1024;

/** What is graded as a duplicate exam, version by version. */
@Controller('governance/policies/match-windows')
export class MatchWindowsController {
  constructor(@Inject(MATCH_WINDOWS_PORTS) private readonly ports: MatchWindowsPorts) {}

  @DemandsOfArchive('read-policy')
  @Get()
  async list(@Res() reply: FastifyReply): Promise<void> {
    const { windows, windowsInForce } = this.ports;
    const published = await windows.versions(WINDOWS_LISTED_MAX);
    return sendAnswer(reply, jsonAnswer(200, { inForce: windowsInForce().version, published }));
  }

  @DemandsOfArchive('read-policy')
  @Get('table')
  async table(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { version = this.ports.windowsInForce().version } = readQuery(request, windowsQuery);
    const builtIn = version === MATCH_WINDOWS.version ? MATCH_WINDOWS : undefined;
    const windows = builtIn ?? (await this.ports.windows.read(version));
    if (windows === undefined) throw new ProblemException(notFound());
    return sendAnswer(reply, jsonAnswer(200, windows));
  }

  @DemandsOfArchive('publish-policy')
  @Post('dry-run')
  async dryRun(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { windows: after } = await readJson(request, reply, tryWindowsBody, WINDOWS_BYTES_MAX);
    requireSound(faultOfWindows(after));
    const before = this.ports.windowsInForce();
    const today = new Date(this.ports.wallMs()).toISOString().slice(0, 10);
    const difference = await windowsDifference(this.ports.findable, { before, after, today });
    return sendAnswer(reply, jsonAnswer(200, { comparedWith: before.version, ...difference }));
  }

  @DemandsOfArchive('publish-policy')
  @Post()
  async publish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = await readJson(request, reply, publishWindowsBody, WINDOWS_BYTES_MAX);
    const order = careOrder(request, `publishMatchWindows/${body.windows.version}`);
    const published = await this.ports.windows.publish(order, body);
    requireSound(published.ok ? undefined : published.refusal);
    await this.ports.look();
    return sendAnswer(reply, jsonAnswer(201, { version: body.windows.version }));
  }
}

function requireSound(refusal: WindowsRefusal | undefined): void {
  if (refusal !== undefined) throw new ProblemException(REFUSALS[refusal]);
}

const REFUSALS = {
  overtaken: conflict('Other windows are in force than these are based on.'),
  'version-used': conflict('This version is used already.'),
  'ids-repeated': badRequest('Two rows have the same id.'),
  shrinking: badRequest('A row tells of an exam for fewer days than it warns of it.'),
  circular: badRequest('A region lies within itself.'),
} as const;
