import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { textOf } from '../values.ts'
import { placeDeprecations } from './deprecation.ts'
import type { Formats } from './formats.ts'
import { publish } from './published.ts'

export type OpenApiOptions = {
  version: string
  tags: readonly { name: string; description: string }[]
  /** Other ways to authenticate than an access token. */
  securitySchemes: Readonly<Record<string, object>>
  formats: Formats
}

const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const

const DESCRIPTION = `UPM is the profile service of a platform. It stores accounts, profiles, settings and pictures, and keeps a log of every change.

- **Authentication**: send an access token as \`Authorization: Bearer …\`. The first valid token of a person creates the account.
- **Reading and writing**: \`GET /api/me/profile/\` returns one document. A \`PATCH\` takes a JSON Merge Patch (RFC 7396): fields that you
  leave out keep their values, and \`null\` clears a nullable field. Send the \`ETag\` of the document as \`If-Match\`, and the server answers 412 if
  the document has changed since you read it.
- **Errors** are problem details (RFC 9457). Programs branch on \`code\`. Show people \`title\`, \`detail\` and the \`message\` of each field. Their language
  follows \`Accept-Language\`: \`uk\` or \`en\`.
- **Compression**: JSON of more than 1 kB is compressed as \`Accept-Encoding\` asks: \`br\`, \`gzip\` or \`zstd\`.
- **Times** are in UTC, in ISO 8601 with six decimals of a second.
- **Compatibility**: a request with an unknown member is refused. Responses may gain new members.
- **Limits**: responses 429 and 503 have a \`Retry-After\` header.`

/** Collects the routes that are registered after it into OpenAPI 3.1. */
export async function registerOpenApi(
  app: FastifyInstance,
  { version, tags, securitySchemes, formats }: OpenApiOptions,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'UPM, the Universal Profile Module',
        version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      // The paths of the document are without the prefix: the server has it.
      servers: [{ url: app.prefix || '/' }],
      tags: [...tags],
      components: { securitySchemes: { bearer, ...securitySchemes } },
      security: [{ bearer: [] }],
    },
    transformObject: (routes) =>
      publish(
        placeDeprecations('openapiObject' in routes ? routes.openapiObject : routes.swaggerObject),
        formats,
      ),
    // Schemas with an $id become components of that name.
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => textOf(json, '$id') ?? `def-${index}`,
    },
  })
}

/** The document itself. */
export function registerApiSchema(app: FastifyInstance): void {
  let document: string | undefined
  app.get(
    '/api/schema/',
    { config: { access: 'public' }, schema: { hide: true } },
    async (_request, reply) => {
      document ??= JSON.stringify(app.swagger())
      return reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(document)
    },
  )
}

/** A reader of the document for people, at `/api/docs/`, out of this server alone. */
export async function registerApiDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public', limited: false }
    })
    await docs.register(swaggerUi, {
      routePrefix: '/api/docs',
      staticCSP: true,
      // Without the bar at the top, which is for opening other documents.
      uiConfig: { docExpansion: 'list', deepLinking: true, layout: 'BaseLayout' },
      theme: { title: 'UPM API' },
    })
  })
}
