import type { en } from './en/index.ts'

/** What every locale has to say. */
export type Texts = typeof en

/** The languages of the site, as BCP 47 names them; the first is taken where nobody asks for another. */
export const LOCALES = ['en', 'de'] as const
export type Locale = (typeof LOCALES)[number]

/** How each language calls itself. */
export const LOCALE_NAMES: Record<Locale, string> = { en: 'English', de: 'Deutsch' }

/**
 * The viewer's choice, else the first language of an `Accept-Language` header that the site speaks, by the weights of RFC
 * 9110, section 12.5.4.
 */
export function chooseLocale(chosen: unknown, acceptLanguage: string | undefined): Locale {
  const known = (name: unknown) => LOCALES.find((locale) => locale === name)
  const asked = (acceptLanguage ?? '').slice(0, 1_000).split(',').flatMap((range) => {
    const [tag = '', ...parameters] = range.trim().split(';').map((part) => part.trim().toLowerCase())
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
    const locale = known(tag.split('-')[0])
    return locale && weight > 0 ? [{ locale, weight }] : []
  })
  return known(chosen) ?? asked.sort((one, other) => other.weight - one.weight)[0]?.locale ?? LOCALES[0]
}
