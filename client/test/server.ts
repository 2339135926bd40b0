import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { useTestApp, type Person, type TestApp, type TestAppOptions } from '../../server/test/test-app.ts'
import { createClient, type UpmClient, type UpmClientOptions } from '../src/index.ts'
import { createRecorder } from '../src/record.ts'
import { keepFacts } from './recording.ts'

/** The client's own tests are a front end, too. */
const record = createRecorder({ onFact: keepFacts('client') })

export type TestServer = {
  app: TestApp
  baseUrl: string
  /** A new person, and a client of theirs. Messages are in English. */
  join: (
    claims?: Record<string, unknown>,
    options?: Partial<UpmClientOptions>,
  ) => Promise<Person & { client: UpmClient }>
}

/** The real server on a free port, for as long as the test file, or the test, runs. */
export async function useServer(options?: TestAppOptions, t?: TestContext): Promise<TestServer> {
  const app = await useTestApp(options, t)
  const baseUrl = await app.listen()
  return {
    app,
    baseUrl,
    join: async (claims, clientOptions) => {
      const person = await app.person(claims)
      return {
        ...person,
        client: createClient({ baseUrl, token: person.token, language: 'en', record, ...clientOptions }),
      }
    },
  }
}

/** Something else that speaks HTTP: a proxy with an error page, a server that breaks off. */
export async function openServer(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
