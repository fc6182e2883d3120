import { badRequest, ProblemException } from '../problem.js';

const PARAMETERS_MAX = 40;
const VALUE_CHARACTERS_MAX = 512;
/** A cursor may hold a whole search. */
const CURSOR_CHARACTERS_MAX = 32 * 1024;

/** The parameters of a query string, in their order, decoded once; bounded. Throws ProblemException. */
export function queryOf(url: string): readonly (readonly [name: string, value: string])[] {
  const at = url.indexOf('?');
  return at < 0 ? [] : pairsIn(new URLSearchParams(url.slice(at + 1)));
}

/** The same of parameters that stand in a form. */
export function pairsIn(
  given: URLSearchParams,
): readonly (readonly [name: string, value: string])[] {
  const parameters = [...given];
  if (parameters.length > PARAMETERS_MAX) throw malformed('There are too many parameters.');
  for (const [name, value] of parameters) {
    const charactersMax = name === '_after' ? CURSOR_CHARACTERS_MAX : VALUE_CHARACTERS_MAX;
    if (value.length > charactersMax || name.length > VALUE_CHARACTERS_MAX)
      throw malformed('A parameter is longer than the limit.');
    if (/\p{Cc}|\p{Cs}/u.test(value))
      throw malformed('A parameter has characters that no text has.');
  }
  return parameters;
}

export const malformed = (detail: string) => new ProblemException(badRequest(detail));
