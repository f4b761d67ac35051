import type { Route } from '../server/route.js';
import { schemaRef, type Parameter, type ResponseObject } from './operation.js';

export const apiBase = '/api/v1';

/** Version of the API, not of the product: fields and routes may be added within 1.x, none removed or renamed. */
const apiVersion = '1.0.0';

/** The OpenAPI 3.1 document of exactly these routes. */
export async function openapiDocument(routes: readonly Route[]): Promise<Readonly<Record<string, unknown>>> {
  // A gateway that nobody asks for the document starts without the schemas of its answers.
  const { componentSchemas } = await import('./component-schemas.js');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fieldwarden Admin API',
      version: apiVersion,
      description:
        'Times are ISO-8601 UTC with milliseconds in fields that end in At; durations are milliseconds in fields that end in Ms; sizes are bytes in fields that end in Bytes.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: apiBase }],
    security: [{ bearer: [] }, { session: [] }],
    tags: [
      { name: 'access', description: 'Sessions of the console, and API tokens.' },
      { name: 'gateway', description: 'The gateway as a whole.' },
      { name: 'drivers', description: 'Driver instances and their devices.' },
      { name: 'services', description: 'What is not a driver: servers, outlets, history.' },
      { name: 'tags', description: 'Values.' },
      { name: 'alarms', description: 'Alarms of devices, of the gateway and of the plant; their journal.' },
      { name: 'audit', description: 'Who did what.' },
      { name: 'upkeep', description: 'Secrets, backup, restore, and what is weak.' },
      { name: 'configuration', description: 'The plant document: drafts, generations, differences.' },
    ],
    paths: pathsOf(routes),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A token of the gateway. Not needed on the local socket <home>/admin.sock, which its file mode guards.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'fieldwarden_session_<site>_<port>',
          description:
            'One for each site and port of a host. Opened by POST /session. Requests that change something also need X-CSRF-Token.',
        },
      },
      parameters: { correlationId },
      headers: {
        correlationId: { description: 'Taken over from the request, else made.', schema: { type: 'string' } },
      },
      responses: { problem },
    },
  };
}

const correlationId: Parameter = {
  name: 'X-Correlation-Id',
  in: 'header',
  required: false,
  description: 'Follows the request into every log line it causes, and comes back.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
};

const problem: ResponseObject = {
  description: 'The request was refused or failed.',
  headers: { 'X-Correlation-Id': { $ref: '#/components/headers/correlationId' } },
  content: { 'application/problem+json': { schema: schemaRef('Problem') } },
};

function pathsOf(routes: readonly Route[]): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    (paths[openapiPath(route.path)] ??= {})[route.method] = completed(route);
  }
  return paths;
}

/** `/drivers/:id` → `/drivers/{id}`. */
export function openapiPath(expressPath: string): string {
  return expressPath.replace(/:([A-Za-z]+)/g, '{$1}');
}

/** What every operation has in common. */
function completed({ operation, permission }: Route): Readonly<Record<string, unknown>> {
  return {
    ...operation,
    ...(permission === 'anyone' ? { security: [] } : { 'x-permission': permission }),
    parameters: [...(operation.parameters ?? []), { $ref: '#/components/parameters/correlationId' }],
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.responses).map(([status, response]) => [status, withCorrelationId(response)]),
      ),
      default: { $ref: '#/components/responses/problem' },
    },
  };
}

function withCorrelationId(response: ResponseObject): ResponseObject {
  return { ...response, headers: { 'X-Correlation-Id': { $ref: '#/components/headers/correlationId' } } };
}
