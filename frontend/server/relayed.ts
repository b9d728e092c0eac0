import type { H3Event } from 'h3'
import { bundleUrl } from '../shared/vod-client.ts'
import { relay, type RelayedEndpoint, type Written } from './relay.ts'

/** Answers an event with what the configured bundle says to it. */
export function relayed<E extends RelayedEndpoint>(event: H3Event, endpoint: E, parameters: Written<E>): Promise<Response> {
  const { runnerUrl, vodBundle } = useRuntimeConfig(event).public
  return relay(bundleUrl(runnerUrl, vodBundle), endpoint, { method: event.method, parameters, ifNoneMatch: getRequestHeader(event, 'if-none-match') })
}

/** A parameter of the query; of several, the first. */
export function parameter(event: H3Event, name: string): string | undefined {
  const value = getQuery(event)[name]
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : undefined
}
