import type { HlsConfig } from 'hls.js'
import type { Component } from 'vue'
import type { Locale } from '#shared/texts/texts.ts'

/** The player once its code is here: what it shows, how it plays streams, and what fetches the controls, which a first frame doesn't need. */
export type LoadedPlayer = { stage: Component; config: Partial<HlsConfig>; controls: () => Promise<Component> }

/** One more try for what fails once; whatever fails longer is for the ladder of `recovery.ts`, which tells the viewer in time. */
const POLICY = {
  default: {
    maxTimeToFirstByteMs: 10_000,
    maxLoadTimeMs: 60_000,
    timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 1, retryDelayMs: 500, maxRetryDelayMs: 500 },
  },
}

/**
 * Fetches the player: its custom elements (the picture with hls.js) and the component around them, and after these the controls. The code is
 * fetched by the first call and never during server rendering; rejects when it can't be fetched.
 */
export async function loadPlayer(locale: Locale): Promise<LoadedPlayer> {
  if (import.meta.server) throw new Error('the player only runs in a browser')
  const [{ workerUrl, setLanguage }, { default: stage }] = await Promise.all([
    import('./definitions.ts'),
    import('~/components/PlayerStage.vue'),
    locale === 'de' ? import('media-chrome/lang/de.js') : undefined,
  ])
  setLanguage(locale)
  void loadControls().catch(() => undefined)
  return {
    stage,
    controls: loadControls,
    config: {
      // A file of ours instead of a blob: the content security policy admits no blob workers. It is only fetched for a stream that needs it.
      workerPath: workerUrl,
      enableWorker: false,
      // A phone's small player has no use for more pixels than it shows.
      capLevelToPlayerSize: true,
      backBufferLength: 60,
      fragLoadPolicy: POLICY,
      playlistLoadPolicy: POLICY,
    },
  }
}

async function loadControls(): Promise<Component> {
  return (await import('./controls.ts')).PlayerControls
}
