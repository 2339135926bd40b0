import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify'
import { findLanguage } from './accounts/account.ts'
import { problems } from './errors.ts'
import type { Feature } from './feature.ts'
import { features } from './features.ts'
import { registerJsonBodies } from './http/body.ts'
import { registerDeprecations } from './http/deprecation.ts'
import type { JsonSchema } from './http/json-schema.ts'
import { requestedLanguage, writtenLanguage } from './http/language.ts'
import { registerApiDocs, registerApiSchema, registerOpenApi } from './http/openapi.ts'
import { sendProblem } from './http/problem.ts'
import { registerRateLimit } from './http/rate-limit.ts'
import { problemSchema } from './http/responses.ts'
import { registerRouteRules } from './http/route-rules.ts'
import { validatorCompiler } from './http/validation.ts'
import { registerAuthentication } from './identity/authenticate.ts'
import type { Extensions, Services, Shared } from './services.ts'
import { version } from './version.ts'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'

function problemCodes(present: readonly Feature<never, never>[]): ReadonlySet<string> {
  const own = present.flatMap((feature) => Object.values(feature.problems ?? {}))
  return new Set([...Object.values(problems), ...own].map(({ code }) => code))
}

export type ApiOptions = Pick<Extensions, 'features'> & { services: Services; shared?: Shared | undefined }

/** All of UPM's HTTP, feature by feature. */
export async function api(
  app: FastifyInstance,
  { services, shared, features: more = [] }: ApiOptions,
): Promise<void> {
  const { config, pool, validator, defaultLanguage } = services
  const present = [...features, ...more].filter(({ isOn }) => isOn?.(config) ?? true)

  app.setValidatorCompiler<FastifySchema & JsonSchema>(validatorCompiler(validator))
  app.setSerializerCompiler(() => JSON.stringify)
  // All of them here: in a context that adds schemas of its own, Fastify falls back on compilers of its own.
  for (const schema of [problemSchema, ...present.flatMap(({ schemas }) => schemas?.(services) ?? [])])
    app.addSchema(schema)

  const languageOf = async (request: FastifyRequest) => {
    const chosen = request.userId ? await findLanguage(pool, request.userId) : undefined
    return requestedLanguage(request) ?? writtenLanguage(chosen ?? defaultLanguage)
  }
  app.setErrorHandler(async (error, request, reply) => {
    const language = await languageOf(request).catch(() => defaultLanguage)
    return sendProblem(error, request, reply, language)
  })

  const closeRoutes = registerRouteRules(app)
  registerJsonBodies(app)
  const rateLimit = await registerRateLimit(app, config.rateLimitPerMinute, shared?.count)
  // Nobody waits for it: an issuer that is away is no reason not to start.
  app.addHook('onReady', async () => void services.tokens.prepare())
  registerAuthentication(app, { authenticator: services.authenticator, rateLimit })
  await registerOpenApi(app, {
    version,
    tags: present.flatMap(({ tag }) => tag ?? []),
    securitySchemes: Object.assign({}, ...present.map(({ securitySchemes }) => securitySchemes)),
    formats: services.formats,
  })
  registerDeprecations(app)
  services.metrics.register(app, problemCodes(present))

  for (const { routes } of present) {
    // Each in a context of its own, as a plugin of Fastify.
    if (routes)
      await app.register(async (context) => routes(context.withTypeProvider<TypeBoxTypeProvider>(), services))
  }
  registerApiSchema(app)
  closeRoutes()
  await registerApiDocs(app)
}
