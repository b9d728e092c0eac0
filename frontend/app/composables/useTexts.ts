import type { Locale, Texts } from '#shared/texts/texts.ts'

/** What the site says, in the viewer's language. It stays the same as long as the page lives: another language is another page. */
export const useTexts = (): Texts => useNuxtApp().$texts

/** Texts that come with what needs them, instead of with every page, in the viewer's language. */
export const useOwnTexts = <T>(texts: Record<Locale, T>): T => texts[useLocale().value]
