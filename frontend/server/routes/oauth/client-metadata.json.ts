import { audienceOf } from '../../../shared/appview.ts'
import { clientAt, wantedScope } from '../../../shared/oauth.ts'

/** What this site is to the servers of those who sign in, at the address that is its name to them. */
export default defineEventHandler((event) => {
  const wanted = wantedScope(audienceOf(useRuntimeConfig(event).public.appviewBundle))
  const client = clientAt(getRequestURL(event).origin, wanted)
  // On loopback the name says it all, and nobody could fetch this.
  if (client?.application_type !== 'web') throw createError({ statusCode: 404, statusMessage: 'Not Found' })
  setResponseHeaders(event, { 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' })
  return client
})
