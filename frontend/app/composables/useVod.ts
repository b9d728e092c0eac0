import { pageStatus, type Fault, type Outcome } from '#shared/fault.ts'
import { posterSources, type PosterPlace } from '#shared/poster.ts'
import type { ShareHead } from '#shared/share-head.ts'
import type { Video } from '#shared/video.ts'
import { bundleUrl, getProfile, getShareHead, getVideo, listVideos, playlistUrl, previewsUrl, type ParametersOf } from '#shared/vod-client.ts'

/** The bundle's endpoints, bound to the runner and bundle that this site is configured with. */
export function useVod() {
  const { runnerUrl, vodBundle } = useRuntimeConfig().public
  const bundle = bundleUrl(runnerUrl, vodBundle)
  const { away } = useConnection()
  /** In the browser the page says so when nobody answers. */
  async function heard<T>(call: Promise<Outcome<T>>): Promise<Outcome<T>> {
    const outcome = await call
    if (import.meta.client) away.value = !outcome.ok && outcome.fault.kind === 'unreachable'
    return outcome
  }
  return {
    listVideos: (query: ParametersOf<'listVideos'>) => heard(listVideos(bundle, query)),
    getVideo: (uri: string) => heard(getVideo(bundle, uri)),
    getProfile: (actor: string) => heard(getProfile(bundle, actor)),
    /** `null` when it can't be had, and in the browser, where nobody but the viewer reads it. */
    async shareHead(of: ParametersOf<'getShareHead'>): Promise<ShareHead | null> {
      if (import.meta.client) return null
      const outcome = await getShareHead(bundle, of)
      if (outcome.ok) return outcome.value
      if (outcome.fault.kind !== 'missing') report(outcome.fault)
      return null
    },
    /** `undefined` while the site is not configured. */
    playlistUrl: (uri: string) => bundle && playlistUrl(bundle, uri),
    /** `undefined` too where no picture may be shown. */
    posterSources: (video: Video, place: PosterPlace) => bundle && posterSources(bundle, video, place),
    previewsUrl: (video: Video) => bundle && previewsUrl(bundle, video),
  }
}

/** Lets the page's own HTTP status tell of a fault; nothing to do in the browser. */
export function usePageFault(fault: Fault | undefined) {
  const event = useRequestEvent()
  if (!fault || !event) return
  const { status, retryAfter } = pageStatus(fault)
  setResponseStatus(event, status)
  event.node.res.setHeader('cache-control', 'no-store')
  if (retryAfter !== undefined) event.node.res.setHeader('retry-after', String(retryAfter))
  if (fault.kind !== 'missing') report(fault)
}

function report({ name, status, message }: Fault) {
  console.error(`[runner] ${name} (${status}): ${message}`)
}
