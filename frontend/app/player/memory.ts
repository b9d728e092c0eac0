import { readPlaces, remember, startOf } from './resume.ts'

/** The switch of the site's local history: nothing of what is watched is kept while it is `off`. */
const HISTORY = 'streamhut:history'
const PLACES = 'streamhut:places'
const AUTOPLAY = 'streamhut:autoplay-next'

/** What this browser keeps for the player. Where storage is closed or full, nothing is remembered and nothing breaks. */
export const memory = {
  /** Where to begin a video, in seconds. */
  startOf(asked: number | undefined, uri: string, durationMs: number): number {
    return startOf(asked, read(HISTORY) === 'off' ? {} : readPlaces(read(PLACES)), uri, durationMs)
  },
  keepPlace(uri: string, seconds: number, duration: number): void {
    if (read(HISTORY) === 'off' || !Number.isFinite(duration)) return
    write(PLACES, JSON.stringify(remember(readPlaces(read(PLACES)), uri, seconds, duration, Date.now())))
  },
  autoplayNext: () => read(AUTOPLAY) !== 'off',
  keepAutoplayNext: (on: boolean) => write(AUTOPLAY, on ? 'on' : 'off'),
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Private windows and full disks.
  }
}
