import type { ParsedRendering, Rendering, RenderingQuery } from '#dicomweb/rendering-query';
import type { Answer } from '../../answer.js';
import { badRequest, ProblemException } from '../../problem.js';

/** The rendering that a query asks for; 400 that names the parameter. */
export function renderingOf(
  query: RenderingQuery,
  parse: (query: RenderingQuery) => ParsedRendering,
): Rendering {
  const parsed = parse(query);
  if (parsed.ok) return parsed.rendering;
  throw new ProblemException(badRequest(`${parsed.parameter}: ${parsed.reason}.`));
}

/** PS3.18 §8.3.5.1.1: annotations that are passed over are told. */
export function warningHeader({ unsupported }: Rendering): Answer['headers'] {
  if (unsupported.length === 0) return {};
  const values = [...new Set(unsupported)].join(',');
  return {
    warning: `299 arkim "The following annotation values are not supported: ${values}"`,
  };
}
