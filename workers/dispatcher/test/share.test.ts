/** What other people's sites see of a shared link: every page for every crawler, by the bundle and by the web player. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sizeOfJpeg } from '../../../scripts/localnet/check/pictures.ts'
import { CRAWLERS, assertKept, assertKnownAgain, elements, headOf, linked, said, told, visit, type Head, type Visit } from './crawl.ts'
import { indexVideo } from './indexed.ts'
import { until } from './probe.ts'
import { clearFaults, fault, forget, publishDemo } from './streamplace.ts'
import { account, videos } from './system.ts'
import { WEB_URL, at, keyOf, watchUrl } from './vod-call.ts'

const IMMUTABLE = 'public, max-age=31536000, immutable'
const HTML = /^text\/html; ?charset=utf-8$/i
const SECRET = 'Nobody is told of this before they asked to.'

const aurora = account('aurora.test')
const paper = videos.find(({ title }) => title === 'Paper Mountains at Dusk')!
const upright = videos.find(({ title }) => title === 'Ink in Water')!
const warned = await publishDemo('etude-seen', 20_001, { description: SECRET, contentWarnings: { warnings: ['place.stream.metadata.contentWarnings#flashingLights', 'nudity'] } })
const dotted = await indexVideo('talk.mp4', aurora, { title: 'A key that looks like a file' })
const long = await indexVideo('3sharelongtitle', aurora, { title: '👩‍🚀 à la lune, '.repeat(30), description: `First line\n\n${'Grüße aus dem All. '.repeat(200)}` })
after(async () => {
  for (const { uri } of [warned, dotted, long]) await forget(uri)
})

const creatorUrl = `${WEB_URL}/creator/${aurora.did}/`

interface Shared {
  what: string
  url: string
  canonical: string
  kind: 'video.other' | 'profile'
  /** The web player has scripts, and a nonce that makes each answer another one. */
  bySite: boolean
  title?: string
  isWarned?: boolean
}

const video = (what: string, { uri }: { uri: string }, more: Partial<Shared> = {}): Shared[] => {
  const canonical = `${watchUrl(uri)}${keyOf(uri).includes('.') ? '/' : ''}`
  const shared = { canonical, kind: 'video.other' as const, ...more }
  return [
    { what: `${what}, by the bundle`, url: at('shareVideo', { uri }), bySite: false, ...shared },
    { what: `${what}, by the web player`, url: canonical, bySite: true, ...shared },
  ]
}
const creator = { canonical: creatorUrl, kind: 'profile' as const, title: 'Aurora (@aurora.test)' }

const PAGES: readonly Shared[] = [
  ...video('a video', paper, { title: paper.title }),
  ...video('an upright video', upright, { title: upright.title }),
  ...video('a warned video', warned, { isWarned: true }),
  ...video('a video whose key looks like a file', dotted, { title: 'A key that looks like a file' }),
  ...video('a video with more to say than fits', long),
  { what: 'a creator, by the bundle', url: at('shareCreator', { creator: aurora.did }), bySite: false, ...creator },
  { what: 'a creator by handle, by the bundle', url: at('shareCreator', { creator: aurora.handle }), bySite: false, ...creator },
  { what: 'a creator, by the web player', url: creatorUrl, bySite: true, ...creator },
  { what: 'a creator by handle, by the web player', url: `${WEB_URL}/@${aurora.handle}/`, bySite: true, ...creator },
]

for (const page of PAGES) {
  describe(page.what, () => {
    let visits: [crawler: string, visit: Visit][]
    let head: Head
    before(async () => {
      visits = await Promise.all(Object.entries(CRAWLERS).map(async ([crawler, agent]) => [crawler, await visit(page.url, { 'user-agent': agent, accept: 'text/html,*/*;q=0.8' })] as [string, Visit]))
      head = headOf(visits[0]![1].text)
    })

    test('1 and 11: a whole page on the first hop, the same for every crawler, read by the first 16 KB and without JavaScript', () => {
      for (const [crawler, { status, headers, bytes, text }] of visits) {
        assert.equal(status, 200, `${crawler}: ${text.slice(0, 300)}`)
        assert.match(headers.get('content-type') ?? '', HTML, crawler)
        assert.ok(bytes.length <= 100_000, `${crawler}: ${bytes.length} bytes`)
        const seen = headOf(text)
        assert.ok(seen.end <= 16_384, `${crawler}: the head is read after ${seen.end} bytes`)
        assert.deepEqual(told(seen), told(head), crawler)
        if (!page.bySite) assert.deepEqual(elements(text).filter(({ name, attributes }) => name === 'script' && attributes['type'] !== 'application/ld+json'), [], crawler)
      }
    })

    test('2: one canonical address, whatever else the asked one holds', async () => {
      assert.deepEqual([linked(head, 'canonical'), said(head, 'og:url')], [page.canonical, page.canonical])
      const { text, status } = await visit(`${page.url}${page.url.includes('?') ? '&' : '?'}t=5&utm_source=x&fbclid=y`)
      const tracked = headOf(text)
      assert.deepEqual([status, linked(tracked, 'canonical'), said(tracked, 'og:url')], [200, page.canonical, page.canonical])
    })

    test('3: title and description in one line each, and no longer than others show', () => {
      const [title = '', description = ''] = [said(head, 'og:title'), said(head, 'og:description')]
      if (page.title) assert.equal(title, page.title)
      assert.equal(head.title, `Streamhut | ${title}`)
      assert.ok(title !== '' && Buffer.byteLength(title) <= 70, title)
      assert.ok(description !== '' && [...description].length <= 200, description)
      assert.doesNotMatch(`${title}${description}`, /[\n\r\ufffd]/)
      assert.equal(said(head, 'description'), description)
      assert.deepEqual([said(head, 'twitter:title'), said(head, 'twitter:description')], [title, description])
      if (page.isWarned) assert.equal(description, 'Content warning: flashing lights, nudity')
    })

    test('4 and 10: a picture as it is said to be, under the name of its content', async () => {
      const url = said(head, 'og:image') ?? ''
      assert.equal(said(head, 'twitter:image'), url)
      const picture = await until(() => visit(url), ({ status }) => status === 200, 60)
      assert.equal(picture.headers.get('content-type'), 'image/jpeg')
      assert.deepEqual(sizeOfJpeg(picture.bytes), { width: 1200, height: 630 })
      assert.deepEqual(['type', 'width', 'height'].map((part) => said(head, `og:image:${part}`)), ['image/jpeg', '1200', '630'])
      assert.ok(picture.bytes.length <= 300_000, `${picture.bytes.length} bytes`)
      assert.equal(picture.headers.get('x-bundle-reason'), null)
      assert.equal(picture.headers.get('cache-control'), IMMUTABLE)
      const headOnly = await visit(url, {}, 'HEAD')
      assert.deepEqual([headOnly.status, headOnly.headers.get('content-type'), headOnly.headers.get('content-length'), headOnly.bytes.length], [200, 'image/jpeg', String(picture.bytes.length), 0])
      assert.notEqual(said(head, 'og:image:alt') ?? '', '')
    })

    test('5: in the order that crawlers want', () => {
      const keys = head.meta.map(([key]) => key).filter((key) => /^(og|video|profile|twitter):/.test(key))
      assert.equal(new Set(keys).size, keys.length, `each once: ${keys.join(' ')}`)
      assert.equal(keys[0], 'og:type')
      assert.equal(keys.at(-1), 'twitter:card')
      assert.deepEqual([said(head, 'og:type'), said(head, 'twitter:card'), said(head, 'og:site_name')], [page.kind, 'summary_large_image', 'Streamhut'])
      assert.ok(keys.indexOf('og:image') < keys.indexOf('og:image:width'))
      assert.ok(!keys.includes('og:video'), 'there is no progressive MP4')
    })

    test('6: no address that a crawler takes for a file', () => {
      for (const address of [page.canonical, said(head, 'og:url'), linked(head, 'canonical'), ...head.jsonLd.flatMap(addresses)]) {
        const { pathname, origin } = new URL(address ?? '')
        if (origin === WEB_URL) assert.doesNotMatch(pathname, /\.[A-Za-z0-9]{1,5}$/)
      }
    })

    test('7: the address of its oEmbed', async () => {
      const { status, text, headers } = await visit(linked(head, 'alternate', 'application/json+oembed') ?? '')
      assert.deepEqual([status, headers.get('access-control-allow-origin')], [200, '*'])
      const answer = JSON.parse(text) as Record<string, unknown>
      assert.deepEqual([answer['version'], answer['type'], answer['provider_name']], ['1.0', page.kind === 'profile' ? 'link' : 'video', 'Streamhut'])
    })

    test('8: structured data', async () => {
      assert.equal(head.jsonLd.length, 1)
      const [data = {}] = head.jsonLd
      assert.equal(data['@context'], 'https://schema.org')
      if (page.kind === 'profile') {
        assert.deepEqual([data['@type'], (data['mainEntity'] as { name: string; url: string }).name, (data['mainEntity'] as { url: string }).url], ['ProfilePage', 'Aurora', page.canonical])
        return
      }
      assert.deepEqual([data['@type'], data['url']], ['VideoObject', page.canonical])
      assert.deepEqual([typeof data['name'], data['description']], ['string', said(head, 'og:description')])
      assert.match(String(data['uploadDate']), /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
      assert.match(String(data['duration']), /^PT(\d+H)?(\d+M)?(\d+S)?$/)
      assert.equal(data['isFamilyFriendly'], page.isWarned ? false : undefined)
      const thumbnail = await until(() => visit(String(data['thumbnailUrl'])), ({ status }) => status === 200, 60)
      assert.equal(thumbnail.headers.get('content-type'), 'image/jpeg')
      assert.equal((await visit(String(data['embedUrl']))).status, 200)
    })

    test('11: a person is led to the web player, and nowhere else', async () => {
      const here = page.bySite ? undefined : `0; url=${page.canonical}`
      for (const [crawler, { text }] of visits) assert.equal(headOf(text).refresh, here, crawler)
      const [, { text }] = visits[0]!
      if (!page.bySite) assert.ok(elements(text).some(({ name, attributes }) => name === 'a' && attributes['href'] === page.canonical))
      if (page.isWarned) assert.ok(!text.includes(SECRET) || page.bySite, 'a warned video is not described')
    })

    if (!page.bySite) {
      test('10: kept for a while, and known again', async () => {
        const [, { headers, bytes }] = visits[0]!
        assertKept(headers)
        await assertKnownAgain(page.url, bytes.length)
        const policy = headers.get('content-security-policy') ?? ''
        assert.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src http:\/\/127\.0\.0\.1:\d+; /)
        for (const directive of ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) assert.ok(policy.includes(directive), policy)
        assert.doesNotMatch(policy, /script|unsafe/)
      })
    }
  })
}

test('a card has a picture where no frame can be had', async () => {
  const { uri, cid } = await publishDemo('garden-of-life', 20_003)
  await fault({ method: 'place.stream.playback.getVideoPlaylist', match: keyOf(uri), status: 503, times: 100 })
  const head = headOf((await visit(at('shareVideo', { uri }))).text)
  assert.equal(new URL(said(head, 'og:image') ?? '').searchParams.get('cid'), cid)
  const card = await until(() => visit(said(head, 'og:image') ?? ''), ({ status }) => status === 200, 60)
  await clearFaults()
  await forget(uri)
  assert.deepEqual([card.headers.get('content-type'), sizeOfJpeg(card.bytes)], ['image/jpeg', { width: 1200, height: 630 }])
  assert.match(card.headers.get('x-bundle-reason') ?? '', /^UpstreamUnavailable: /)
  assert.match(card.headers.get('cache-control') ?? '', /^public, max-age=\d{1,2}$/)
})

/** Every address of the web in structured data. */
function addresses(data: unknown): string[] {
  if (typeof data === 'string') return /^https?:\/\//.test(data) && data !== 'https://schema.org' ? [data] : []
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(addresses) : []
}
