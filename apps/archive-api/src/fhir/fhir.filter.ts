import { Catch, Inject } from '@nestjs/common';
import type { Log } from '#platform/log';
import type { Answer } from '../answer.js';
import { LOG, ProblemFilter } from '../problem.filter.js';
import type { Problem } from '../problem.js';
import { outcomeAnswer } from './fhir-answer.js';

/** Failed requests to FHIR routes are answered as FHIR does; what is wrong is found as everywhere. */
@Catch()
export class FhirFilter extends ProblemFilter {
  constructor(@Inject(LOG) log: Log) {
    super(log);
  }

  protected override answerOf(problem: Problem): Answer {
    return outcomeAnswer(problem);
  }
}
