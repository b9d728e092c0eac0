import type Hls from 'hls.js'
import type { ErrorData, HlsConfig } from 'hls.js'
import type { HlsVideoElement } from 'hls-video-element'
import { chooseRemedy, NO_ATTEMPTS, type Attempts, type StopReason, type StreamError } from './recovery.ts'

/**
 * Opens a playlist in an `<hls-video>` and keeps it going. `onStop` is called when playback can't
 * go on by itself, `onPlaylist` when the element knows what the playlist offers and has told nobody yet. The answer closes the stream
 * again and drops all that was loaded.
 */
export async function openStream(media: HlsVideoElement, src: string, config: Partial<HlsConfig>, onStop: (reason: StopReason) => void, onPlaylist: () => void): Promise<() => void> {
  media.config = config
  media.src = src
  // The element makes its engine one microtask after its source is set.
  await Promise.resolve()
  // Without an engine of ours the browser begins where it is told to.
  if (!media.api && config.startPosition !== undefined && config.startPosition > 0) media.currentTime = config.startPosition
  const unwatch = media.api ? watchEngine(media.api, onStop, onPlaylist) : watchNative(media, onStop)
  return () => {
    unwatch()
    media.removeAttribute('src')
  }
}

function watchEngine(engine: Hls, onStop: (reason: StopReason) => void, onPlaylist: () => void): () => void {
  let attempts: Attempts = NO_ATTEMPTS
  let timer: ReturnType<typeof setTimeout> | undefined
  const onError = (_event: unknown, data: ErrorData) => {
    const choice = chooseRemedy(describe(data), attempts, performance.now())
    attempts = choice.attempts
    const { remedy } = choice
    if (remedy.kind === 'resume') timer = setTimeout(() => engine.startLoad(), remedy.afterMs)
    if (remedy.kind === 'recover-media') engine.recoverMediaError()
    if (remedy.kind === 'give-up') onStop(remedy.reason)
  }
  const onProgress = () => {
    attempts = { ...attempts, network: 0 }
  }
  const events = { error: 'hlsError', progress: 'hlsFragBuffered', playlist: 'hlsManifestParsed' } as {
    error: typeof Hls.Events.ERROR
    progress: typeof Hls.Events.FRAG_BUFFERED
    playlist: typeof Hls.Events.MANIFEST_PARSED
  }
  engine.on(events.error, onError)
  engine.on(events.progress, onProgress)
  engine.on(events.playlist, onPlaylist)
  return () => {
    clearTimeout(timer)
    engine.off(events.error, onError)
    engine.off(events.progress, onProgress)
    engine.off(events.playlist, onPlaylist)
  }
}

/** Where the browser plays HLS by itself it also retries by itself: its error is final. */
function watchNative(media: HlsVideoElement, onStop: (reason: StopReason) => void): () => void {
  const onError = () => onStop(media.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'unreachable' : 'unplayable')
  media.addEventListener('error', onError)
  return () => media.removeEventListener('error', onError)
}

function describe({ fatal, type, details, response }: ErrorData): StreamError {
  return {
    fatal,
    type: type === 'networkError' ? 'network' : type === 'mediaError' ? 'media' : 'other',
    manifest: details.startsWith('manifest'),
    status: response?.code ?? 0,
  }
}
