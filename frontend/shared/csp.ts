const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * The Content-Security-Policy of a page.
 * Scripts: our own files, and inline ones that carry this answer's nonce. Media, playlists and pictures may
 * come from any https origin, because a video lives where its creator keeps it; with a runner on loopback
 * (development) from any port there too. Media may also be data: hls.js begins each track of captions as an empty file of that kind. Inline styles stay allowed: the player's controls
 * carry theirs inside their shadow roots, where no nonce reaches. Only an `embedded` page may stand in a
 * frame, and then in one of any site.
 */
export function contentSecurityPolicy({ nonce, runnerUrl, embedded }: { nonce: string; runnerUrl: string; embedded: boolean }): string {
  const remote = ['https:', ...developmentOrigins(runnerUrl)]
  const policy: Record<string, string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'", `'nonce-${nonce}'`],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', ...remote],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...remote],
    'media-src': ["'self'", 'blob:', 'data:', ...remote],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': [embedded ? '*' : "'none'"],
    'object-src': ["'none'"],
  }
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ')
}

/** Plain http is let in for loopback alone, and only when the runner itself is there. */
function developmentOrigins(runnerUrl: string): string[] {
  if (!URL.canParse(runnerUrl)) return []
  const { protocol, hostname } = new URL(runnerUrl)
  if (protocol !== 'http:' || !LOOPBACK.has(hostname)) return []
  return ['http://127.0.0.1:*', 'http://localhost:*']
}
