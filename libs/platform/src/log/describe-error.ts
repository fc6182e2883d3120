/** What a log line tells about an error. */
export type ErrorDescription = Readonly<{
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: ErrorDescription;
}>;

const CAUSES_MAX = 5;
const TEXT_MAX = 4000;

/**
 * Type, code, message and stack, without values: PostgreSQL and parsers quote them in messages («invalid input syntax
 * for type date: "…"»), and a UID identifies a person. Extra fields (detail, where, parameters) are left out.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    message: scrub(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: scrub(frames(error.stack)) }),
    ...(error.cause === undefined || depth === CAUSES_MAX
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

/* The head of a stack repeats the message, over as many lines as that has. */
const frames = (stack: string) =>
  stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');

const scrub = (text: string) =>
  text
    .slice(0, TEXT_MAX)
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\b\d+(\.\d+){4,}\b/g, '[uid]');
