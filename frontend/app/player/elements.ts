import type { HlsConfig } from 'hls.js'

/**
 * Defines the player's custom elements. Their code (controls and hls.js) is fetched by the
 * first call and never during server rendering; rejects when it can't be fetched.
 */
export async function definePlayerElements(): Promise<Partial<HlsConfig>> {
  if (import.meta.server) throw new Error('the player only runs in a browser')
  const { workerUrl } = await import('./definitions.ts')
  return {
    // A file of ours instead of a blob: the content security policy admits no blob workers.
    workerPath: workerUrl,
    // A phone's small player has no use for more pixels than it shows.
    capLevelToPlayerSize: true,
    backBufferLength: 60,
  }
}
