import { pause } from '#shared/pause.ts'
import type { Tile } from '#shared/storyboard.ts'
import type { Video } from '#shared/video.ts'

/** How long somebody stays before they are taken to be curious. */
const DELAY_MS = 400
const STEP_MS = 700
const TILES_MAX = 24
const SHEETS_MAX = 3
const STORYBOARD_MAX = 4_000_000
const TIMEOUT_MS = 8_000

/** Tiles by the address of their track; of one that had none, or not yet, nothing is kept. */
const known = new Map<string, Tile[]>()

/**
 * A glance at a video by the tiles of its storyboard: under a mouse the one that its place names, for the keyboard one after the
 * other, once. There is none of a video with content warnings, nor where people asked for less motion or less data.
 */
export function useGlance(video: () => Video) {
  const vod = useVod()
  const tiles = shallowRef<Tile[]>([])
  const share = ref(0)
  const tile = computed(() => tiles.value[Math.min(tiles.value.length - 1, Math.floor(share.value * tiles.value.length))])
  let asking: AbortController | undefined
  let stepping: ReturnType<typeof setInterval> | undefined

  async function begin(welcome: boolean, byItself = false) {
    end()
    const address = vod.previewsUrl(video())
    if (!welcome || !address || video().contentWarnings.length > 0 || wantsLess()) return
    asking = new AbortController()
    const { signal } = asking
    try {
      await pause(DELAY_MS, signal)
      const found = known.get(address) ?? (await load(address, signal))
      if (signal.aborted) return
      if (byItself) step(found.length)
      tiles.value = found
    } catch {
      // The pointer has left, or there is no storyboard: the picture says enough.
    }
  }

  function step(count: number) {
    share.value = 0
    let at = 0
    stepping = setInterval(() => {
      at += 1
      if (at < count) share.value = (at + 0.5) / count
      else end()
    }, STEP_MS)
  }

  function end() {
    asking?.abort()
    asking = undefined
    clearInterval(stepping)
    stepping = undefined
    tiles.value = []
  }
  onBeforeUnmount(end)

  return {
    tile,
    share: computed(() => share.value),
    begin: (byMouse: boolean) => void begin(byMouse),
    /** A click focuses, too: what counts is that the browser shows the focus. */
    beginByKeyboard: (target: EventTarget | null) => void begin(target instanceof Element && target.matches(':focus-visible'), true),
    moveTo(place: number) {
      if (stepping === undefined || tiles.value.length === 0) share.value = Math.min(0.999, Math.max(0, place))
    },
    end,
  }
}

async function load(address: string, signal: AbortSignal): Promise<Tile[]> {
  const response = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) })
  const body = response.status === 200 ? await response.text() : ''
  const { parseStoryboard, pickTiles } = await import('#shared/storyboard.ts')
  const tiles = body.length <= STORYBOARD_MAX ? pickTiles(parseStoryboard(body, response.url), TILES_MAX, SHEETS_MAX) : []
  if (tiles.length > 0) known.set(address, tiles)
  return tiles
}

function wantsLess(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } }
  return connection?.saveData === true || matchMedia('(prefers-reduced-motion: reduce)').matches || matchMedia('(prefers-reduced-data: reduce)').matches
}
