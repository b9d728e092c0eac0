/** oEmbed, feeds and sitemaps: as the bundle makes them, and as the web player hands them on. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPage, xmlTexts } from './chromium.ts'
import { assertKept, assertKnownAgain, elements, visit } from './crawl.ts'
import { forget, publishDemo } from './streamplace.ts'
import { RUNNER_URL, account, videos } from './system.ts'
import { BUNDLE, NOBODY, WEB_URL, at, embedUrl, keyOf, unknown, watchUrl } from './vod-call.ts'

const SECRET = 'Nobody is told of this before they asked to.'

const aurora = account('aurora.test')
const paper = videos.find(({ title }) => title === 'Paper Mountains at Dusk')!
const upright = videos.find(({ title }) => title === 'Ink in Water')!
const warned = await publishDemo('etude-seen', 21_001, { description: SECRET, contentWarnings: { warnings: ['place.stream.metadata.contentWarnings#flashingLights', 'nudity'] } })
after(() => forget(warned.uri))

test('oEmbed of every address of a video, within both maxima, in JSON alone, of this site alone', async () => {
  const pages = [watchUrl(paper.uri), `${watchUrl(paper.uri)}/?t=5&utm_source=x#top`, embedUrl(paper.uri), at('shareVideo', { uri: paper.uri }), at('embed', { uri: paper.uri })]
  for (const base of [`${WEB_URL}/oembed`, `${RUNNER_URL}${BUNDLE}/oembed`]) {
    const ask = async (query: Record<string, string>) => {
      const answer = await visit(`${base}?${new URLSearchParams(query)}`, { origin: 'https://elsewhere.example' })
      assert.deepEqual([answer.headers.get('access-control-allow-origin'), answer.headers.get('content-type')?.split(';')[0]], ['*', 'application/json'], JSON.stringify(query))
      return { status: answer.status, ...(JSON.parse(answer.text) as { width: number; height: number; html: string; thumbnail_url?: string; title: string; error?: string; author_url: string }) }
    }
    for (const url of pages) {
      const { status, title, html, author_url } = await ask({ url, format: 'json' })
      assert.deepEqual([status, title, author_url], [200, paper.title, `${WEB_URL}/creator/${aurora.did}/`], url)
      const [frame, ...others] = elements(html)
      assert.deepEqual([frame?.name, frame?.attributes['src'], others], ['iframe', embedUrl(paper.uri), []])
    }
    for (const [bounds, size, hasThumbnail] of [
      [{}, [1280, 720], true],
      [{ maxwidth: '640' }, [640, 360], false],
      [{ maxheight: '360' }, [640, 360], false],
      [{ maxwidth: '320', maxheight: '1000' }, [320, 180], false],
      [{ maxwidth: '1000', maxheight: '90' }, [160, 90], false],
      [{ maxwidth: '1' }, [1, 1], false],
      [{ maxwidth: '99999999999999999999', maxheight: '5000' }, [1280, 720], true],
    ] as [Record<string, string>, [number, number], boolean][]) {
      const { width, height, html, thumbnail_url } = await ask({ url: pages[0]!, ...bounds })
      assert.deepEqual([[width, height], thumbnail_url !== undefined], [size, hasThumbnail], JSON.stringify(bounds))
      const { attributes = {} } = elements(html)[0] ?? {}
      assert.deepEqual([attributes['width'], attributes['height']], size.map(String))
    }
    const tall = await ask({ url: watchUrl(upright.uri), maxwidth: '400', maxheight: '400' })
    assert.deepEqual([tall.width, tall.height], [225, 400])
    for (const [query, status, error] of [
      [{ url: pages[0]!, format: 'xml' }, 501, 'FormatNotOffered'],
      [{ url: 'https://elsewhere.example/watch/did:plc:x/y' }, 404, 'NotOurs'],
      [{ url: `${WEB_URL}/` }, 404, 'NotOurs'],
      [{ url: watchUrl(unknown()) }, 404, 'VideoNotFound'],
      [{ url: pages[0]!, maxwidth: '0' }, 400, 'InvalidInput'],
      [{}, 400, 'InvalidInput'],
    ] as [Record<string, string>, number, string][]) {
      const answer = await ask(query)
      assert.deepEqual([answer.status, answer.error], [status, error], JSON.stringify(query))
    }
  }
})

test('the web player hands on feeds, sitemap and oEmbed as the bundle makes them, and names the sitemap to robots', async () => {
  const { origin } = new URL(WEB_URL)
  for (const [path, endpoint, input, type] of [
    ['/rss.xml', 'rss', {}, 'application/rss+xml; charset=utf-8'],
    [`/creator/${aurora.did}/rss.xml`, 'rss', { creator: aurora.did }, 'application/rss+xml; charset=utf-8'],
    ['/sitemap.xml', 'sitemap', {}, 'application/xml; charset=utf-8'],
    ['/sitemap.xml?page=1', 'sitemap', { page: '1' }, 'application/xml; charset=utf-8'],
    [`/oembed?${new URLSearchParams({ url: watchUrl(paper.uri) })}`, 'oembed', { url: watchUrl(paper.uri) }, 'application/json'],
  ] as const) {
    const [here, there] = [await visit(`${WEB_URL}${path}`), await visit(at(endpoint, input))]
    assert.deepEqual([here.status, here.headers.get('content-type'), here.text], [200, type, there.text], path)
    assertKept(here.headers)
    assertKept(there.headers)
    assert.equal(here.headers.get('etag'), there.headers.get('etag'))
    for (const url of [`${WEB_URL}${path}`, at(endpoint, input)]) await assertKnownAgain(url, here.bytes.length)
  }
  const robots = await visit(`${WEB_URL}/robots.txt`)
  assert.match(robots.headers.get('content-type') ?? '', /^text\/plain/)
  assert.ok(robots.text.split('\n').includes(`Sitemap: ${origin}/sitemap.xml`), robots.text)
  assert.equal((await visit(`${WEB_URL}/sitemap.xml?page=9999`)).status, 404)
  assert.equal((await visit(`${WEB_URL}/creator/${NOBODY}/rss.xml`)).status, 404)
})

test('feeds and sitemaps are XML, lead to pages of ours, and tell nothing of a warned video', async (t) => {
  const page = await openPage(t)
  const mine = videos.filter(({ creator }) => creator === aurora.handle)
  const feed = await xmlTexts(page, (await visit(`${WEB_URL}/creator/${aurora.did}/rss.xml`)).text, ['guid', 'link', 'title', 'description', 'pubDate', 'atom:link'])
  for (const { uri, title } of mine) assert.ok(feed['guid']?.includes(uri) && feed['link']?.includes(watchUrl(uri)) && feed['title']?.includes(title), uri)
  for (const date of feed['pubDate'] ?? []) assert.match(date, /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/)
  assert.ok(feed['guid']?.includes(warned.uri) && feed['description']?.includes('Content warning: flashing lights, nudity'))
  assert.ok(!feed['description']?.some((text) => text.includes(SECRET)))
  const all = await xmlTexts(page, (await visit(`${WEB_URL}/rss.xml`)).text, ['guid'])
  for (const { uri } of videos) assert.ok(all['guid']?.includes(uri), uri)

  const map = await xmlTexts(page, (await visit(`${WEB_URL}/sitemap.xml`)).text, ['loc', 'video:player_loc', 'video:thumbnail_loc', 'video:duration'])
  for (const { uri } of videos) assert.ok(map['loc']?.includes(watchUrl(uri)) && map['video:player_loc']?.includes(embedUrl(uri)), uri)
  assert.ok(!map['loc']?.some((url) => url.includes(keyOf(warned.uri))))
  assert.ok(map['video:duration']?.every((seconds) => Number(seconds) > 0 && Number(seconds) <= 28_800))
})
