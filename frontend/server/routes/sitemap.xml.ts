import { parameter, relayed } from '../relayed.ts'

/** The addresses of this site for search engines: an index, or with `page` one of its parts. */
export default defineEventHandler((event) => relayed(event, 'sitemap', { page: parameter(event, 'page') }))
