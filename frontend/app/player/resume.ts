/** Where viewers left videos: seconds and when (ms since 1970), by the video's at-uri. */
export type Places = Record<string, [seconds: number, at: number]>

const PLACES_MAX = 200
/** Nobody needs to be brought back to what took no longer to watch. */
const FIRST_SECONDS = 5
const LAST_SECONDS = 5
const LAST_SHARE = 0.03

/** Reads what was stored; anything odd in it is left out. */
export function readPlaces(stored: string | null): Places {
  let json: unknown
  try {
    json = JSON.parse(stored ?? '{}')
  } catch {
    return {}
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return {}
  const known = Object.entries(json).filter(([uri, place]) => uri.startsWith('at://') && Array.isArray(place) && place.length === 2 && place.every((part) => typeof part === 'number' && Number.isFinite(part) && part >= 0))
  return Object.fromEntries(known.slice(0, PLACES_MAX)) as Places
}

/** The places after a video was watched to `seconds` of `duration`; near either end it is forgotten. The oldest give way. */
export function remember(places: Places, uri: string, seconds: number, duration: number, now: number): Places {
  const { [uri]: _, ...others } = places
  if (!isWorthIt(seconds, duration)) return others
  const newest = Object.entries(others).sort(([, [, one]], [, [, other]]) => other - one).slice(0, PLACES_MAX - 1)
  return Object.fromEntries([[uri, [Math.floor(seconds), now]], ...newest]) as Places
}

/** Where to begin, in seconds: a link's own time counts, else where the viewer left, else 0. `durationMs` is 0 when unknown. */
export function startOf(asked: number | undefined, places: Places, uri: string, durationMs: number): number {
  if (asked !== undefined) return asked
  const [seconds] = places[uri] ?? [0]
  return isWorthIt(seconds, durationMs > 0 ? durationMs / 1_000 : Number.POSITIVE_INFINITY) ? seconds : 0
}

function isWorthIt(seconds: number, duration: number): boolean {
  return seconds >= FIRST_SECONDS && duration - seconds >= Math.max(LAST_SECONDS, duration === Number.POSITIVE_INFINITY ? 0 : duration * LAST_SHARE)
}
