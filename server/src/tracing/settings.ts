/**
 * Whether UPM makes traces (OpenTelemetry), by the standard variables. The libraries read the rest of them by themselves:
 * headers, timeouts, the sampler, attributes of the resource. Without these variables none of the libraries is loaded.
 */
import { OperatorError } from '../operator-error.ts'

type Environment = Record<string, string | undefined>

export type TracingSettings = { protocol: 'http/protobuf' | 'http/json'; serviceName: string }

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']

/**
 * Undefined: no traces.
 *
 * @throws OperatorError for what UPM cannot do, by the name of the variable.
 */
export function readTracingSettings(env: Environment): TracingSettings | undefined {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined
  const exporter = env['OTEL_TRACES_EXPORTER'] || undefined
  if (exporter === 'none') return undefined
  if (exporter !== undefined && exporter !== 'otlp')
    throw new OperatorError(`OTEL_TRACES_EXPORTER must be otlp or none; it is ${JSON.stringify(exporter)}.`)
  const endpoints = ENDPOINTS.filter((name) => env[name])
  if (exporter === undefined && endpoints.length === 0) return undefined
  for (const name of endpoints) {
    const url = env[name] ?? ''
    if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
      throw new OperatorError(`${name} must be an http or https URL.`)
  }
  const name = PROTOCOLS.find((each) => env[each]) ?? 'OTEL_EXPORTER_OTLP_PROTOCOL'
  const protocol = env[name] || 'http/protobuf'
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    throw new OperatorError(
      `${name} must be http/protobuf or http/json; it is ${JSON.stringify(protocol)}. For grpc, send to a collector by HTTP.`,
    )
  }
  return { protocol, serviceName: env['OTEL_SERVICE_NAME'] || 'upm' }
}

/** @throws OperatorError when the libraries are not installed. */
export async function loadTracing() {
  try {
    return await import('./tracing.ts')
  } catch (cause) {
    throw new OperatorError(
      'The variables of OpenTelemetry are set (OTEL_…), but its packages are not installed. Install the optional ' +
        'dependencies of UPM, or set OTEL_SDK_DISABLED=true.',
      { cause },
    )
  }
}
