import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstVideo, siteUrl } from './browser.ts'

const AGENTS = [
  'Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)',
  'Twitterbot/1.0',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mastodon/4.5.0 (http.rb/5.2.0; +https://mastodon.example/)',
  'TelegramBot (like TwitterBot)',
  'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  'WhatsApp/2.24 A',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
]

test('every crawler gets the bundle’s head on the first hop, within the first 16 KB and without JavaScript', async () => {
  const { did, rkey } = await firstVideo()
  for (const [path, type, canonical] of [
    [`/watch/${did}/${rkey}`, 'video.other', `/watch/${did}/${rkey}`],
    [`/watch/${did}/${rkey}?t=5&utm_source=x`, 'video.other', `/watch/${did}/${rkey}`],
    [`/creator/${did}/`, 'profile', `/creator/${did}/`],
  ] as const) {
    const heads = new Set<string>()
    for (const agent of AGENTS) {
      const answer = await fetch(`${siteUrl()}${path}`, { headers: { 'user-agent': agent }, redirect: 'manual' })
      const html = await answer.text()
      assert.equal(answer.status, 200, agent)
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html; ?charset=utf-8$/, agent)
      heads.add(told(html.slice(0, 16_384)).join('\n'))
    }
    const [head = '', ...others] = heads
    assert.deepEqual(others, [], `${path}: not the same for all`)
    const tags = head.split('\n')
    assert.equal(tags.filter((tag) => /^<title>Streamhut \| \S/.test(tag)).length, 1, path)
    const said = tags.filter((tag) => /^<meta [^>]*"(og|twitter):/.test(tag))
    assert.equal(said[0], `<meta property="og:type" content="${type}">`, path)
    assert.match(said.at(-1)!, /twitter:card" content="summary_large_image"/, path)
    const parts = ['og:title', 'og:url', 'og:site_name', ...(type === 'video.other' ? ['og:image', 'og:image:width', 'og:image:alt'] : [])]
    for (const part of parts) assert.equal(said.filter((tag) => tag.includes(`"${part}"`)).length, 1, `${path}: ${part}`)
    for (const tag of [tags.find((one) => one.includes('rel="canonical"')), said.find((one) => one.includes('"og:url"'))]) {
      assert.ok(tag?.includes(`${canonical}"`), `${path}: ${tag}`)
    }
  }
})

test('the data about a video parses, and names it', async () => {
  const { did, rkey, title } = await firstVideo()
  const html = await (await fetch(`${siteUrl()}/watch/${did}/${rkey}`)).text()
  const data = /<script type="application\/ld\+json"[^>]*>([^<]+)<\/script>/.exec(html)?.[1]
  assert.ok(data, 'no JSON-LD')
  const { '@type': type, name, embedUrl } = JSON.parse(data) as Record<string, unknown>
  assert.deepEqual([type, name], ['VideoObject', title])
  assert.ok(String(embedUrl).endsWith(`/embed/${did}/${rkey}`))
})

test('oEmbed, feeds and sitemap stand at addresses of this site', async () => {
  const { did, rkey } = await firstVideo()
  const page = encodeURIComponent(`${siteUrl()}/watch/${did}/${rkey}`)
  for (const [path, status, type, content] of [
    [`/oembed?url=${page}&format=json&maxwidth=320`, 200, 'application/json', /"version":\s*"1\.0"/],
    [`/oembed?url=${page}&format=xml`, 501, 'application/json', /"error"/],
    ['/oembed?url=https%3A%2F%2Felsewhere.example%2Fwatch%2Fx%2Fy', 404, 'application/json', /"error"/],
    ['/rss.xml', 200, 'application/rss+xml', /<item>/],
    [`/creator/${did}/rss.xml`, 200, 'application/rss+xml', /<item>/],
    ['/sitemap.xml', 200, 'application/xml', /<(sitemapindex|urlset)/],
    ['/robots.txt', 200, 'text/plain', new RegExp(`^Sitemap: ${siteUrl()}/sitemap\\.xml$`, 'm')],
  ] as const) {
    const answer = await fetch(`${siteUrl()}${path}`)
    assert.equal(answer.status, status, path)
    assert.ok(answer.headers.get('content-type')?.startsWith(type), path)
    assert.match(await answer.text(), content, path)
    assert.equal(answer.headers.get('access-control-allow-origin'), path.startsWith('/oembed') ? '*' : null, path)
    const etag = answer.headers.get('etag')
    if (etag) assert.equal((await fetch(`${siteUrl()}${path}`, { headers: { 'if-none-match': etag } })).status, 304, path)
  }
})

/** The tags of a head that tell of the page, in their order. */
function told(html: string): string[] {
  return html.match(/<title>[^<]*<\/title>|<meta [^>]*>|<link [^>]*rel="(?:canonical|alternate)"[^>]*>/g) ?? []
}
