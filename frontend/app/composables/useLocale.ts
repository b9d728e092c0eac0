import { chooseLocale, type Locale } from '#shared/texts/texts.ts'

/** The viewer's language: what they chose on this site, else what their browser asks for. The server decides, the browser follows. */
export function useLocale() {
  const chosen = useCookie<string | undefined>('locale')
  return useState<Locale>('locale', () => chooseLocale(chosen.value, useRequestHeader('accept-language') ?? undefined))
}
