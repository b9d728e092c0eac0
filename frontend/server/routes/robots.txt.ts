/** Everything may be read, and what there is stands in the sitemap; its address must be absolute (RFC 9309, sitemaps.org). */
export default defineEventHandler((event) => {
  setResponseHeaders(event, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=3600' })
  return `User-agent: *\nAllow: /\n\nSitemap: ${getRequestURL(event).origin}/sitemap.xml\n`
})
