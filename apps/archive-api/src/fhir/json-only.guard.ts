import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { notAcceptable, ProblemException } from '../problem.js';
import { isJsonWanted } from './is-json-wanted.js';

/** Refuses who takes a resource in another form than JSON only (FHIR R4 §3.1.0.1.11): nothing else is made here. */
export class JsonOnlyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { url, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (isJsonWanted(url, headers.accept)) return true;
    throw new ProblemException(
      notAcceptable('Resources are in JSON alone: application/fhir+json.'),
    );
  }
}
