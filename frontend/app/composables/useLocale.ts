import { chooseLocale, type Locale } from '#shared/texts/texts.ts'

/** The viewer's language: what they chose on this site, else what their browser asks for. The server decides, the browser follows. */
export function useLocale() {
  return useState<Locale>('locale', () => chooseLocale(useChoice('locale').value, useRequestHeader('accept-language') ?? undefined))
}
