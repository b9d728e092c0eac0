import type Hls from 'hls.js'
import type { ErrorData, HlsConfig, LevelDetails, ManifestParsedData } from 'hls.js'
import type { HlsVideoElement } from 'hls-video-element'
import { chooseRemedy, NO_ATTEMPTS, type Attempts, type StopReason, type StreamError } from './recovery.ts'
import { namedCodec } from './track-names.ts'

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
  const unwatch = media.api ? watchEngine(media, media.api, onStop, onPlaylist) : watchNative(media, onStop)
  return () => {
    unwatch()
    media.removeAttribute('src')
  }
}

function watchEngine(media: HlsVideoElement, engine: Hls, onStop: (reason: StopReason) => void, onPlaylist: () => void): () => void {
  let attempts: Attempts = NO_ATTEMPTS
  let timer: ReturnType<typeof setTimeout> | undefined
  // An element whose decoder is rebuilt forgets both.
  let place = 0
  let wanted = false
  const onError = (_event: unknown, data: ErrorData) => {
    const choice = chooseRemedy(describe(data), attempts, performance.now())
    attempts = choice.attempts
    const { remedy } = choice
    if (remedy.kind === 'resume') timer = setTimeout(() => engine.startLoad(), remedy.afterMs)
    if (remedy.kind === 'recover-media') {
      engine.recoverMediaError()
      engine.startLoad(place)
    }
    if (remedy.kind === 'give-up') onStop(remedy.reason)
  }
  const onProgress = () => {
    attempts = { ...attempts, network: 0 }
  }
  const onManifest = (_event: unknown, { audioTracks }: ManifestParsedData) => {
    // A node lists one codec for a whole group of sound; told apart, each gets a decoder of its own.
    for (const track of audioTracks) track.audioCodec = namedCodec(track.name) ?? track.audioCodec
    onPlaylist()
  }
  const onList = (_event: unknown, { details }: { details: LevelDetails }) => {
    // Fragmented MP4 is passed on as it is; what has to be rewritten is, far from the page's own thread.
    if (details.fragments.some(({ initSegment }) => !initSegment)) engine.config.enableWorker = true
  }
  const onAttached = () => {
    if (wanted && media.paused) void media.play().catch(() => undefined)
  }
  const onTime = () => {
    if (media.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) place = media.currentTime
  }
  const onPlay = () => (wanted = true)
  const onPause = () => (wanted = false)
  const events = { error: 'hlsError', progress: 'hlsFragBuffered', manifest: 'hlsManifestParsed', attached: 'hlsMediaAttached', list: 'hlsLevelLoaded' } as {
    error: typeof Hls.Events.ERROR
    progress: typeof Hls.Events.FRAG_BUFFERED
    manifest: typeof Hls.Events.MANIFEST_PARSED
    attached: typeof Hls.Events.MEDIA_ATTACHED
    list: typeof Hls.Events.LEVEL_LOADED
  }
  engine.on(events.error, onError)
  engine.on(events.progress, onProgress)
  engine.on(events.manifest, onManifest)
  engine.on(events.attached, onAttached)
  engine.on(events.list, onList)
  const listeners = [['timeupdate', onTime], ['play', onPlay], ['pause', onPause]] as const
  for (const [event, listener] of listeners) media.addEventListener(event, listener)
  return () => {
    clearTimeout(timer)
    engine.off(events.error, onError)
    engine.off(events.progress, onProgress)
    engine.off(events.manifest, onManifest)
    engine.off(events.attached, onAttached)
    engine.off(events.list, onList)
    for (const [event, listener] of listeners) media.removeEventListener(event, listener)
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
