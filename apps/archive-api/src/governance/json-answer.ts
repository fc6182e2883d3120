import { type Answer, textAnswer } from '../answer.js';

/** A JSON document that nobody keeps. */
export function jsonAnswer(status: number, document: unknown): Answer {
  const answer = textAnswer(status, 'application/json', JSON.stringify(document));
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}

export const NOTHING: Answer = { status: 204, headers: { 'cache-control': 'no-store' } };
