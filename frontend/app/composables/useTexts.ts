import type { Texts } from '#shared/texts/texts.ts'

/** What the site says, in the viewer's language. It stays the same as long as the page lives: another language is another page. */
export const useTexts = (): Texts => useNuxtApp().$texts
