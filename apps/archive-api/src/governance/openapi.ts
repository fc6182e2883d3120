import { z } from 'zod';
import type { GovernanceRoute, RouteAnswer } from './governance-route.js';

type Json = Readonly<Record<string, unknown>>;

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** The description of these routes in OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export const openApiOf = (routes: readonly GovernanceRoute[]): Json => ({
  openapi: '3.1.0',
  info: {
    title: 'Arkim: governance',
    version: '1',
    description:
      'Patients are named in bodies, or by opaque ids. Refusals are problems (RFC 9457). Dates are UTC by the millisecond.',
  },
  tags: [...new Set(routes.map(({ area }) => area))].map((name) => ({ name })),
  security: [{ bearer: [] }],
  paths: pathsOf(routes),
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    schemas: { Problem: schemaOf(PROBLEM, 'output') },
  },
});

const PROBLEM = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  retryAfter: z.number().int().optional(),
});

function pathsOf(routes: readonly GovernanceRoute[]): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    paths[route.path] = { ...operations, [route.method]: operationOf(route) };
  }
  return paths;
}

const operationOf = (route: GovernanceRoute): Json => ({
  operationId: route.operation,
  tags: [route.area],
  summary: route.summary,
  description: `Demands \`${route.demands}\`.`,
  parameters: [...pathParameters(route), ...queryParameters(route), ...KEY_OF[route.method]],
  ...(route.body === undefined
    ? {}
    : { requestBody: { required: true, content: contentOf(route.body, 'input') } }),
  responses: responsesOf(route),
});

const KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'A UUID of the client’s: the same request under it again changes nothing more.',
  schema: { type: 'string', format: 'uuid' },
};
const KEY_OF = { get: [], post: [KEY], put: [KEY], delete: [KEY] } as const;

const pathParameters = ({ path }: GovernanceRoute): readonly Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters({ query }: GovernanceRoute): readonly Json[] {
  if (query === undefined) return [];
  const { properties = {} } = schemaOf(query, 'input') as { properties?: Json };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }));
}

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood.',
  401: 'A valid bearer token is needed.',
  403: 'This caller may not do this.',
  404: 'There is no such thing, or not for this caller.',
  413: 'The body is larger than 16 KiB.',
  415: 'The body is not JSON.',
};

function responsesOf({ answers, refusals = {} }: GovernanceRoute): Json {
  const told = Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)]);
  const refused = Object.entries({ ...REFUSALS, ...refusals }).map(([status, description]) => [
    status,
    {
      description,
      content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]);
  return Object.fromEntries([...told, ...refused]);
}

const answerOf = ({ description, schema }: RouteAnswer): Json =>
  schema === undefined ? { description } : { description, content: contentOf(schema, 'output') };

const contentOf = (schema: z.ZodType, io: 'input' | 'output'): Json => ({
  [JSON_TYPE]: { schema: schemaOf(schema, io) },
});

/* The dialect is the document's. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, '~standard': _vendor, ...described } = z.toJSONSchema(schema, { io });
  return described;
}
