import { parseHistory, resumePosition, withoutWatched, withWatched, writeHistory, type Watched } from '#shared/history.ts'
import type { Video } from '#shared/video.ts'

/** `off` when the viewer wants nothing to be remembered; anything else means on. */
const SWITCH_KEY = 'streamhut:history'
const ENTRIES_KEY = 'streamhut:watched'
/** Where the player notes at which second each video goes on: an object by their addresses. */
const PLACES_KEY = 'streamhut:places'

/**
 * What was watched in this browser, and how far. It is kept in the browser's own storage and sent to nobody; where there
 * is none, or the viewer wants none, nothing is remembered and everything else works. `entries` and `enabled` are the
 * server's, empty and on, until the page is hydrated.
 */
export function useHistory() {
  const entries = useState<Watched[]>('history', () => [])
  const enabled = useState('history-enabled', () => true)
  const loaded = useState('history-loaded', () => false)

  function load() {
    entries.value = parseHistory(read(ENTRIES_KEY))
    enabled.value = isOn()
    loaded.value = true
  }
  if (import.meta.client && !loaded.value) follow(load)

  function keep(next: Watched[]) {
    entries.value = next
    write(ENTRIES_KEY, next.length > 0 ? writeHistory(next) : undefined)
  }
  return {
    /** The latest first. */
    entries: computed(() => entries.value),
    enabled: computed(() => enabled.value),
    /** True once the browser's storage was read. */
    loaded: computed(() => loaded.value),
    /** Puts a video first, with the position to go on from, in seconds. Another tab may have written since: what is stored counts. */
    remember(video: Video, positionSeconds: number) {
      if (!isOn() || !Number.isFinite(positionSeconds)) return
      keep(withWatched(parseHistory(read(ENTRIES_KEY)), { video: toRaw(video), position: Math.max(0, positionSeconds), when: Date.now() }))
    },
    /** Where to go on with a video, in seconds: 0 when it isn't known, was seen to its end, or nothing shall be remembered. */
    position(uri: string): number {
      const entry = isOn() ? parseHistory(read(ENTRIES_KEY)).find(({ video }) => video.uri === uri) : undefined
      return entry ? resumePosition(entry) : 0
    },
    forget(uri: string) {
      keep(withoutWatched(parseHistory(read(ENTRIES_KEY)), uri))
      forgetPlace(uri)
    },
    clear() {
      keep([])
      write(PLACES_KEY, undefined)
    },
    /** Puts back what was cleared. */
    restore: (cleared: Watched[]) => keep(cleared),
    /** Switched off, what is there stays until it is cleared. */
    setEnabled(on: boolean) {
      write(SWITCH_KEY, on ? undefined : 'off')
      enabled.value = on
    },
  }
}

/** Loads once nothing can differ any more from what the server made, and again whenever another tab writes. */
function follow(load: () => void) {
  const nuxt = useNuxtApp()
  if (nuxt._historyFollowed) return
  nuxt._historyFollowed = true
  if (nuxt.isHydrating) nuxt.hooks.hookOnce('app:suspense:resolve', load)
  else load()
  window.addEventListener('storage', ({ key }) => {
    if (key === null || key === SWITCH_KEY || key === ENTRIES_KEY) load()
  })
}

const isOn = () => read(SWITCH_KEY) !== 'off'

function forgetPlace(uri: string) {
  try {
    const { [uri]: _, ...others } = JSON.parse(read(PLACES_KEY) ?? '{}') as Record<string, unknown>
    write(PLACES_KEY, JSON.stringify(others))
  } catch {
    write(PLACES_KEY, undefined)
  }
}

/** A browser may deny its storage, or have no room left. */
function read(key: string): string | null {
  try {
    return import.meta.client ? localStorage.getItem(key) : null
  } catch {
    return null
  }
}

function write(key: string, value: string | undefined) {
  try {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // Then it is remembered as long as the page lives.
  }
}
