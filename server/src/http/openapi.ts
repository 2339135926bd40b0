import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

export type OpenApiOptions = {
  version: string
  description: string
  /** Whether the sign-in that comes with UPM is there. */
  signIn: boolean
}

const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const

const signInTag = {
  name: 'sign-in',
  description:
    'Accounts, sessions and access tokens, by Better Auth: its stock paths and payloads, and `role`.',
}

const signInSchemes = {
  session: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a session, as signing in gives it. It is no access token.',
  },
  sessionCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'upm.session_token',
    description: 'The same as a cookie, for pages. With HTTPS its name starts with `__Secure-`.',
  },
} as const

/** Collects the routes that are registered after it into OpenAPI 3.1. */
export async function registerOpenApi(
  app: FastifyInstance,
  { version, description, signIn }: OpenApiOptions,
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
        ...(signIn ? [signInTag] : []),
        { name: 'operations', description: 'For operators.' },
      ],
      components: {
        securitySchemes: { bearer, ...(signIn && signInSchemes) },
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
