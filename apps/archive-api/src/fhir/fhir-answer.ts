import { type Answer, textAnswer } from '../answer.js';
import type { Problem } from '../problem.js';

export const FHIR_JSON = 'application/fhir+json';

/** A resource of FHIR R4, as far as the edge looks into it. */
export type Resource = Readonly<{ resourceType: string } & Record<string, unknown>>;

/** An answer that is one resource; nobody's cache keeps it. */
export function resourceAnswer(
  resource: Resource,
  status = 200,
  headers: Answer['headers'] = {},
): Answer {
  const answer = textAnswer(status, `${FHIR_JSON}; charset=utf-8`, JSON.stringify(resource));
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store', ...headers } };
}

/** Issue types of FHIR R4 (http://hl7.org/fhir/issue-type) for problems that their status doesn't say enough of. */
const CODE_OF_TYPE: Readonly<Record<string, string>> = {
  'unknown-domain': 'code-invalid',
  'unknown-target': 'code-invalid',
  'search-too-broad': 'too-costly',
};
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  406: 'not-supported',
  408: 'timeout',
  409: 'conflict',
  413: 'too-long',
  415: 'not-supported',
  500: 'exception',
  503: 'transient',
};

/** The problem as an OperationOutcome; it names nobody. */
export function outcomeAnswer({ type, title, status, detail, retryAfter }: Problem): Answer {
  const slug = type.slice(type.lastIndexOf(':') + 1);
  const code = CODE_OF_TYPE[slug] ?? CODE_OF_STATUS[status] ?? 'processing';
  const issue = [
    { severity: status >= 500 ? 'fatal' : 'error', code, diagnostics: detail ?? title },
  ];
  const headers: Answer['headers'] = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return resourceAnswer({ resourceType: 'OperationOutcome', issue }, status, headers);
}
