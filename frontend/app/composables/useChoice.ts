import { getCookie } from 'h3'

const YEAR_SECONDS = 60 * 60 * 24 * 365

/**
 * What the viewer chose, kept in a cookie so that the server already sends the page that way. Every use of a name shares
 * its value. Nuxt's own composable does more, and weighs as much as a tenth of Vue.
 */
export function useChoice(name: string) {
  const kept = useState<string | undefined>(`choice:${name}`, () => {
    if (!import.meta.server) return undefined
    const event = useRequestEvent()
    return event ? getCookie(event, name) : undefined
  })
  return computed({
    get: () => kept.value,
    set(choice: string | undefined) {
      kept.value = choice
      document.cookie = `${name}=${choice ?? ''}; path=/; samesite=lax; max-age=${choice === undefined ? 0 : YEAR_SECONDS}`
    },
  })
}
