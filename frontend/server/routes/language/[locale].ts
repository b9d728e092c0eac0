import { ownPath } from '../../../shared/paths.ts'
import { LOCALES } from '../../../shared/texts/texts.ts'
import { parameter } from '../../relayed.ts'

/** Remembers a language and leads back to the page that it was chosen on. A plain link, so that it needs no script. */
export default defineEventHandler((event) => {
  const locale = LOCALES.find((name) => name === getRouterParam(event, 'locale'))
  if (!locale) throw createError({ statusCode: 404, statusMessage: 'Not Found' })
  setCookie(event, 'locale', locale, { maxAge: 60 * 60 * 24 * 365, sameSite: 'lax', path: '/' })
  return sendRedirect(event, ownPath(parameter(event, 'back')), 303)
})
