import { contentSecurityPolicy } from '../../shared/csp.ts'
import { isEmbedded } from '../../shared/paths.ts'

declare module 'h3' {
  interface H3EventContext {
    /** What this answer's inline scripts must carry to be run. */
    nonce?: string
  }
}

/** The headers of every page. Static files pass by the Worker and get theirs from `public/_headers`. */
export default defineEventHandler((event) => {
  const embedded = isEmbedded(event.path)
  setResponseHeaders(event, {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    // Search engines take it as a part of the page that frames it, and never as one of its own.
    ...(embedded ? { 'x-robots-tag': 'noindex, indexifembedded' } : {}),
  })
  // The development server reloads modules by inline scripts and a socket of its own.
  if (import.meta.dev) return
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  event.context.nonce = nonce
  setResponseHeader(event, 'content-security-policy', contentSecurityPolicy({ nonce, runnerUrl: useRuntimeConfig(event).public.runnerUrl, embedded }))
})
