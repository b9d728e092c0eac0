import type { Texts } from './texts/texts.ts'

/** `83000` → `1:23`, `3725000` → `1:02:05`; part seconds are dropped, as players do. */
export function clockTime(ms: number): string {
  const { hours, minutes, seconds } = split(ms)
  const tail = `${String(seconds).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}

/** The same span for machines, as ISO 8601: `PT1H2M5S`. */
export function isoDuration(ms: number): string {
  const { hours, minutes, seconds } = split(ms)
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds}S`
}

/** The same span for ears: `1 hour 2 minutes`; seconds only below one hour. */
export function spokenDuration(ms: number, units: Texts['units']): string {
  const { hours, minutes, seconds } = split(ms)
  const parts = [hours > 0 ? units.hours(hours) : '', minutes > 0 ? units.minutes(minutes) : '', hours > 0 || seconds === 0 ? '' : units.seconds(seconds)]
  return parts.filter(Boolean).join(' ') || units.seconds(0)
}

/** The seconds of a link's `t`: `90`, `12.5`, `90s`, `1m30s`, `1h2m`; 0 for anything else, and for what lies beyond `durationMs` (0: unknown). */
export function startSeconds(t: unknown, durationMs: number): number {
  if (typeof t !== 'string' || t.length > 16) return 0
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(t)
  const [hours = 0, minutes = 0, seconds = 0] = (match ?? []).slice(1).map((part) => Number(part ?? 0))
  const start = hours * 3600 + minutes * 60 + seconds
  return durationMs > 0 && start * 1000 >= durationMs ? 0 : start
}

function split(ms: number): { hours: number; minutes: number; seconds: number } {
  const total = Number.isFinite(ms) && ms > 0 ? Math.floor(ms / 1000) : 0
  return { hours: Math.floor(total / 3600), minutes: Math.floor(total / 60) % 60, seconds: total % 60 }
}
