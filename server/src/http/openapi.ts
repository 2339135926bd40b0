import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

export type OpenApiOptions = { version: string; description: string }

/** Collects the routes that are registered after it into OpenAPI 3.1. */
export async function registerOpenApi(
  app: FastifyInstance,
  { version, description }: OpenApiOptions,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'UPM, the Universal Profile Module',
        version,
        description,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'profile', description: "The caller's profile document and settings." },
        { name: 'avatar', description: "The caller's picture." },
        {
          name: 'activity',
          description: "What happened in the caller's account, and the events of other services.",
        },
        { name: 'directory', description: 'What people show to everybody; without a token.' },
        { name: 'catalogues', description: 'What a form needs; without a token.' },
        { name: 'operations', description: 'For operators.' },
      ],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
      security: [{ bearer: [] }],
    },
    // Schemas with an $id become components of that name.
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        (json['$id'] as string | undefined) ?? `def-${index}`,
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
