import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { isUid } from '#dicom/uid';
import { sendAnswer } from '../answer.js';
import { callerOf } from '../caller/caller-of.js';
import { Demands } from '../caller/permit.guard.js';
import { badRequest, notAcceptable, ProblemException } from '../problem.js';
import { RetrieveInstances } from './retrieval.js';

const DICOM = 'application/dicom';

/** The URI Service (PS3.18 §9): one instance, as a DICOM file. */
@Controller('wado')
export class WadoUriController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  @Demands('retrieve')
  @Get()
  async retrieve(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { hospital } = callerOf(request);
    const asked = readUri(request.query as Record<string, unknown>);
    const { accept, ...path } = asked;
    const query = new RetrieveInstances({
      target: { hospital, ...path },
      asked: { accept, acceptQuery: undefined },
      ifNoneMatch: request.headers['if-none-match'],
    });
    return sendAnswer(reply, await this.queries.execute(query));
  }
}

/** PS3.18 §9.1.2; without contentType the only type there is. */
function readUri(query: Record<string, unknown>) {
  const { requestType, studyUID, seriesUID, objectUID, contentType = DICOM } = query;
  const { transferSyntax = TransferSyntaxUid.ExplicitVRLittleEndian } = query;
  if (requestType !== 'WADO') throw new ProblemException(badRequest('requestType is not WADO.'));
  const [study, series, instance] = [studyUID, seriesUID, objectUID].map((uid) =>
    typeof uid === 'string' && isUid(uid) ? uid : undefined,
  );
  if (study === undefined || series === undefined || instance === undefined)
    throw new ProblemException(badRequest('studyUID, seriesUID and objectUID must be UIDs.'));
  const types = String(contentType).split(',');
  if (!types.some((type) => type.split(';')[0]?.trim().toLowerCase() === DICOM))
    throw new ProblemException(notAcceptable(`Available: ${DICOM}.`));
  return { study, series, instance, accept: acceptOf(String(transferSyntax)) };
}

const WEIGHT_STEP = 0.01;

/** The list of PS3.18 §8.7.3.6, the first being liked best; without any UID in it, whatever there is. */
function acceptOf(transferSyntax: string): string {
  const syntaxes = transferSyntax.split(',').filter(isUid);
  return (syntaxes.length === 0 ? ['*'] : syntaxes)
    .map((syntax, at) => [syntax, Math.max(WEIGHT_STEP, 1 - at * WEIGHT_STEP).toFixed(2)])
    .map(([syntax, weight]) => `${DICOM}; transfer-syntax=${syntax}; q=${weight}`)
    .join(', ');
}
