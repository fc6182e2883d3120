import { Catch, Inject } from '@nestjs/common';
import type { Log } from '#platform/log';
import { type Answer, problemAnswer } from '../answer.js';
import { outcomeAnswer } from '../fhir/fhir-answer.js';
import { LOG, ProblemFilter } from '../problem.filter.js';
import type { Problem } from '../problem.js';

/** Failed calls are answered with an OperationOutcome (CDS Hooks 2.0, Returning OperationOutcome); who isn't known is told how to authenticate. */
@Catch()
export class CdsFilter extends ProblemFilter {
  constructor(@Inject(LOG) log: Log) {
    super(log);
  }

  protected override answerOf(problem: Problem): Answer {
    return problem.status === 401 ? problemAnswer(problem) : outcomeAnswer(problem);
  }
}
