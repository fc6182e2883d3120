/** RFC 9457. `type` is stable; docs/problems.md has one heading for each. `detail` never names a person or a UID. */
export type Problem = Readonly<{
  type: string;
  title: string;
  status: number;
  detail?: string;
  /** Seconds after which trying again makes sense; also sent as Retry-After. */
  retryAfter?: number;
}>;

const problem =
  (slug: string, status: number, title: string) =>
  (detail?: string): Problem => ({
    type: `urn:arkim:problem:${slug}`,
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
  });

const retryable =
  (slug: string, title: string) =>
  (retryAfter: number, detail?: string): Problem => ({
    ...problem(slug, 503, title)(detail),
    retryAfter,
  });

export const badRequest = problem('bad-request', 400, 'The request cannot be understood');
export const malformedQuery = problem('malformed-query', 400, 'The search query is not valid');
export const malformedBody = problem('malformed-body', 400, 'The body is not valid multipart');
export const unknownDomain = problem('unknown-domain', 400, 'The assigning authority is not known');
export const unauthorized = problem('unauthorized', 401, 'A valid bearer token is needed');
export const forbidden = problem('forbidden', 403, 'This caller may not do this');
export const unknownTarget = problem('unknown-target', 403, 'The target system is not known');
export const notFound = problem('not-found', 404, 'No such resource');
export const methodNotAllowed = problem(
  'method-not-allowed',
  405,
  'The resource does not know this method',
);
export const notAcceptable = problem('not-acceptable', 406, 'No representation matches Accept');
export const tooLargeAsXml = problem(
  'too-large-as-xml',
  406,
  'The document would be too large as XML',
);
export const notDecodable = problem('not-decodable', 406, 'The stored pixels cannot be decoded');
export const identityConflict = problem(
  'identity-conflict',
  409,
  'What is known of the identity forbids it',
);
export const transactionInUse = problem(
  'transaction-in-use',
  409,
  'The transaction UID was given before',
);
export const conflict = problem('conflict', 409, 'It contradicts what is already there');
export const goneForGood = problem('gone', 410, 'The resource was here and is destroyed');
export const bodyTooSlow = problem('body-too-slow', 408, 'The body stopped coming');
export const preconditionFailed = problem(
  'precondition-failed',
  412,
  'The representation is not one that If-Match names',
);
export const patientNotNamed = problem(
  'patient-not-named',
  412,
  'The call names the patient by no identifier that counts',
);
export const bodyTooLarge = problem('body-too-large', 413, 'The body is larger than the limit');
export const retrieveTooLarge = problem(
  'retrieve-too-large',
  413,
  'The resource is too large in this form',
);
export const tooLargeToRender = problem(
  'too-large-to-render',
  413,
  'The picture would be larger than the limit',
);
export const searchTooBroad = problem(
  'search-too-broad',
  413,
  'The search would read too much: narrow it',
);
export const uriTooLong = problem('uri-too-long', 414, 'The address is longer than the limit');
export const unsupportedMediaType = problem(
  'unsupported-media-type',
  415,
  'The body has a media type that this resource does not take',
);
export const rangeNotSatisfiable = problem(
  'range-not-satisfiable',
  416,
  'No byte of the range is in the representation',
);
export const internalError = problem('internal-error', 500, 'The archive failed');
export const tokenKeysUnreachable = retryable(
  'token-keys-unreachable',
  'The keys of the token issuer cannot be had',
);
export const notReady = retryable('not-ready', 'The archive is starting');
export const databaseUnavailable = retryable(
  'database-unavailable',
  'The database does not answer',
);
export const databaseLate = retryable('database-late', 'The database takes too long');
export const searchTooSlow = retryable(
  'search-too-slow',
  'The search takes too long: narrow it, or try again',
);
export const objectStoreUnavailable = retryable(
  'object-store-unavailable',
  'The object store does not answer',
);
export const keysUnavailable = retryable(
  'keys-unavailable',
  'What keeps the master key does not answer',
);
export const overloaded = retryable('overloaded', 'The archive is behind with what it has taken');
export const ingestFrozen = retryable(
  'ingest-frozen',
  'Nothing is taken in from this hospital: it is in a crisis',
);
export const storageFull = retryable('storage-full', 'There is no room for new objects');
export const storageUnavailable = retryable(
  'storage-unavailable',
  'The object store does not let new objects in',
);
export const receiptLate = retryable(
  'receipt-late',
  'The instances are kept; their receipt is not written yet',
);

/** Ends a request with a problem; the filter is the only one that catches it. */
export class ProblemException extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}
