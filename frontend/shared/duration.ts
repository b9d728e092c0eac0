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
export function spokenDuration(ms: number): string {
  const { hours, minutes, seconds } = split(ms)
  const parts = [count(hours, 'hour'), count(minutes, 'minute'), hours > 0 ? '' : count(seconds, 'second')]
  return parts.filter(Boolean).join(' ') || '0 seconds'
}

function count(amount: number, unit: string): string {
  return amount === 0 ? '' : `${amount} ${unit}${amount === 1 ? '' : 's'}`
}

function split(ms: number): { hours: number; minutes: number; seconds: number } {
  const total = Number.isFinite(ms) && ms > 0 ? Math.floor(ms / 1000) : 0
  return { hours: Math.floor(total / 3600), minutes: Math.floor(total / 60) % 60, seconds: total % 60 }
}
