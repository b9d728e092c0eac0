import { posterSources, type PosterPlace } from '#shared/poster.ts'
import type { Video } from '#shared/video.ts'
import { bundleUrl, getVideo, listVideos, playlistUrl, previewsUrl } from '#shared/vod-client.ts'
import { pageStatus, type Fault } from '#shared/fault.ts'

/** The bundle's endpoints, bound to the runner and bundle that this site is configured with. */
export function useVod() {
  const { runnerUrl, vodBundle } = useRuntimeConfig().public
  const bundle = bundleUrl(runnerUrl, vodBundle)
  return {
    listVideos: (query: { limit: number; cursor?: string }) => listVideos(bundle, query),
    getVideo: (uri: string) => getVideo(bundle, uri),
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
  setResponseStatus(event, pageStatus(fault))
  event.node.res.setHeader('cache-control', 'no-store')
  if (fault.kind !== 'missing') console.error(`[runner] ${fault.name} (${fault.status}): ${fault.message}`)
}
