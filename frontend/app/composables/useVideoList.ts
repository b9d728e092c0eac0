import type { Outcome } from '#shared/fault.ts'
import type { ListRequest } from '#shared/listing.ts'
import type { VideoPage } from '#shared/video.ts'

const PAGE_SIZE = 24
/** Lists that the browser's history leads back to. */
const KEPT_MAX = 30

/** What was loaded of the lists in the browser's history, by the place in it. */
const kept = new Map<string, VideoPage[]>()

export type VideoList = ReturnType<typeof useVideoList>

/**
 * A list of videos: its first page, made by the server for the address as it stands, and those that were appended to it.
 * Whoever comes back to it by the browser's buttons finds what was there, as far as it was loaded. A page's setup awaits `ready`.
 */
export function useVideoList(request: () => ListRequest) {
  const vod = useVod()
  const route = useRoute()
  const cursor = computed(() => (typeof route.query.cursor === 'string' ? route.query.cursor : undefined))
  const key = computed(() => `videos:${JSON.stringify([request(), cursor.value ?? ''])}`)
  const ask = (from: string | undefined) => vod.listVideos({ ...request(), limit: PAGE_SIZE, cursor: from })

  const asked = useAsyncData(key, () => ask(cursor.value), {
    getCachedData(name, nuxt, { cause }): Outcome<VideoPage> | undefined {
      if (nuxt.isHydrating) return nuxt.payload.data[name]
      const [first] = import.meta.server || cause === 'refresh:manual' ? [] : (kept.get(place(name)) ?? [])
      return first && { ok: true, value: first }
    },
  })
  const { data, status, refresh } = asked
  const first = computed(() => (data.value?.ok ? data.value.value : undefined))
  const fault = computed(() => (data.value?.ok === false ? data.value.fault : undefined))

  const appended = shallowRef<VideoPage[]>([])
  const pages = computed(() => (first.value ? [first.value, ...appended.value] : []))
  if (import.meta.client) {
    // A first page that was asked for anew has no use for what followed the old one.
    watch([key, first], ([name, now]) => {
      const there = kept.get(place(name)) ?? []
      appended.value = there[0] === now ? there.slice(1) : []
    }, { immediate: true })
    watch(pages, (loaded) => {
      if (loaded.length > 0) keep(place(key.value), loaded)
    }, { immediate: true })
  }

  return {
    ready: asked.then(() => undefined),
    first,
    fault,
    pages,
    cursor,
    pending: computed(() => status.value === 'pending'),
    refresh: () => refresh(),
    /** Asks for the page after the last one, and appends it, unless the list is another one by then. */
    async append(): Promise<Outcome<VideoPage> | undefined> {
      const [name, from] = [key.value, pages.value.at(-1)?.cursor]
      if (from === undefined) return undefined
      const outcome = await ask(from)
      if (name !== key.value || pages.value.at(-1)?.cursor !== from) return undefined
      if (!outcome.ok) return outcome
      // A page that leads to itself would never end.
      const page = outcome.value.cursor === from ? { videos: outcome.value.videos } : outcome.value
      appended.value = [...appended.value, page]
      return { ok: true, value: page }
    },
  }
}

/** A list at this place of the browser's history: an address that was visited twice has two. */
function place(key: string): string {
  return `${String((window.history.state as { position?: unknown } | null)?.position)} ${key}`
}

function keep(at: string, pages: VideoPage[]) {
  kept.delete(at)
  kept.set(at, pages)
  for (const [oldest] of kept) {
    if (kept.size <= KEPT_MAX) return
    kept.delete(oldest)
  }
}
