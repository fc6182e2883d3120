import type { PipeTransform } from '@nestjs/common';
import { notFound, ProblemException } from '../problem.js';
import { opaqueId } from './governance-route.js';

/** An opaque id in a path; what can't be one is not there. */
export class PathId implements PipeTransform<string, string> {
  transform(value: string): string {
    if (opaqueId.safeParse(value).success) return value;
    throw new ProblemException(notFound());
  }
}
