import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemAnswer, sendAnswer } from './answer.js';
import { ANSWER_GATE_LIMITS, type AnswerGateLimits, answerGate } from './answer-gate.js';
import { overloaded } from './problem.js';

const RETRY_SECONDS = 2;
const GATED: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** A hook behind the one that knows the caller: whoever reads holds a place until the answer has left, so that no hospital's slow readers take the archive from the others. Stores have a gate of their own. */
export function gateAnswers(limits: AnswerGateLimits = ANSWER_GATE_LIMITS) {
  const gate = answerGate(limits);
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const { caller, method } = request;
    if (caller === null || !GATED.has(method)) {
      done();
      return;
    }
    const entered = gate.enter(caller.hospital);
    if (typeof entered === 'function') {
      begin(reply, entered, done);
      return;
    }
    Promise.resolve(entered)
      .then(async (leave) => {
        if (leave !== undefined) begin(reply, leave, done);
        else await sendAnswer(reply, problemAnswer(overloaded(RETRY_SECONDS)));
      })
      .catch(done);
  };
}

/** A client that is gone by now gets no handler. */
function begin({ raw }: FastifyReply, leave: () => void, done: () => void): void {
  raw.once('close', leave);
  if (raw.closed) leave();
  else done();
}
