import { badRequest, ProblemException } from '../problem.js';

const PARAMETERS_MAX = 40;
const VALUE_CHARACTERS_MAX = 512;

/** The parameters of a query string, in their order, decoded once; bounded. Throws ProblemException. */
export function queryOf(url: string): readonly (readonly [name: string, value: string])[] {
  const at = url.indexOf('?');
  const parameters = at < 0 ? [] : [...new URLSearchParams(url.slice(at + 1))];
  if (parameters.length > PARAMETERS_MAX) throw malformed('There are too many parameters.');
  for (const [name, value] of parameters) {
    if (value.length > VALUE_CHARACTERS_MAX || name.length > VALUE_CHARACTERS_MAX)
      throw malformed('A parameter is longer than the limit.');
    if (/\p{Cc}|\p{Cs}/u.test(value))
      throw malformed('A parameter has characters that no text has.');
  }
  return parameters;
}

export const malformed = (detail: string) => new ProblemException(badRequest(detail));
