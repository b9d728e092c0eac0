import type { Texts } from './texts/texts.ts'

/** `2026-11-22T09:00:00.000Z` → `22 Nov 2026`, always in UTC: server and browser must write the same text. */
export function calendarDate(iso: string, { date }: Texts['units']): string {
  const instant = new Date(iso)
  return Number.isNaN(instant.getTime()) ? '' : date(instant.getUTCDate(), instant.getUTCMonth(), instant.getUTCFullYear())
}
