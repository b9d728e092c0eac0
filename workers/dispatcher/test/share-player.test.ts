/** Where a shared link leads: frames on other sites, cards with a player, and a person on the way to the web player. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openPage } from './chromium.ts'
import { CRAWLERS, elements, headOf, linked, said, visit } from './crawl.ts'
import { installVod } from './installed-vod.ts'
import { forget, publishDemo } from './streamplace.ts'
import { account, videos } from './system.ts'
import { WEB_URL, at, embedUrl, keyOf, watchUrl } from './vod-call.ts'

const HTML = /^text\/html; ?charset=utf-8$/i

const aurora = account('aurora.test')
const paper = videos.find(({ title }) => title === 'Paper Mountains at Dusk')!
const upright = videos.find(({ title }) => title === 'Ink in Water')!
const warned = await publishDemo('etude-seen', 22_001, { contentWarnings: { warnings: ['place.stream.metadata.contentWarnings#flashingLights', 'nudity'] } })
const creatorUrl = `${WEB_URL}/creator/${aurora.did}/`
/** The same release for a web player on https, and for none. */
const https = await installVod('vod-https', { FRONTEND_ORIGIN: 'https://streamhut.example' })
const alone = await installVod('vod-alone', { FRONTEND_ORIGIN: undefined })

after(async () => {
  for (const { uninstall } of [https, alone]) await uninstall()
  await forget(warned.uri)
})

for (const [where, url] of [['the bundle', (uri: string) => at('embed', { uri, t: '5', autoplay: '1' })], ['the web player', (uri: string) => `${embedUrl(uri)}?t=5&autoplay=1`]] as const) {
  test(`an embed by ${where} may be framed, is no page of its own for search engines, and shows nothing of a warned video`, async () => {
    for (const { uri, isWarned } of [{ ...paper, isWarned: false }, { ...warned, isWarned: true }]) {
      for (const [crawler, agent] of Object.entries(CRAWLERS)) {
        const { status, headers, text } = await visit(url(uri), { 'user-agent': agent, accept: 'text/html' })
        assert.equal(status, 200, crawler)
        assert.match(headers.get('content-type') ?? '', HTML)
        const [head, all] = [headOf(text), elements(text)]
        assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors \*(;|$)/)
        assert.deepEqual([headers.get('x-robots-tag'), said(head, 'robots'), head.refresh], ['noindex, indexifembedded', 'noindex, indexifembedded', undefined])
        if (isWarned) assert.match(text, /flashing lights, nudity/, crawler)
        assert.ok(!all.some(({ attributes }) => 'autoplay' in attributes && isWarned), 'a warned video waits')
        if (where === 'the web player') continue
        assert.equal(linked(head, 'canonical'), watchUrl(uri))
        assert.deepEqual(all.filter(({ name }) => name === 'script'), [])
        const [player, source] = [all.find(({ name }) => name === 'video'), all.find(({ name }) => name === 'source')]
        const endpoint = isWarned ? 'getShareImage' : 'getThumbnail'
        assert.equal(new URL(player?.attributes['poster'] ?? '').pathname.split('/').at(-1), endpoint)
        assert.equal(source?.attributes['type'], 'application/vnd.apple.mpegurl')
        assert.match((await visit((source?.attributes['src'] ?? '').replace(/#.*/, ''))).text, /^#EXTM3U/)
        assert.ok(all.some(({ name, attributes }) => name === 'a' && attributes['href'] === `${watchUrl(uri)}?t=5`))
      }
    }
  })
}

test('a web player on https has its player in cards, and Mastodon the size to it', async () => {
  for (const [uri, width, height] of [[paper.uri, '1280', '720'], [upright.uri, '405', '720']] as const) {
    const head = headOf((await visit(at('shareVideo', { uri }, https.url))).text)
    assert.deepEqual(['', ':width', ':height'].map((part) => said(head, `twitter:player${part}`)), [`https://streamhut.example/embed/${uri.split('/')[2]}/${keyOf(uri)}`, width, height])
    assert.equal(head.refresh, `0; url=https://streamhut.example/watch/${uri.split('/')[2]}/${keyOf(uri)}`)
    assert.equal(head.meta.at(-1)?.[0], 'twitter:card')
    assert.equal(said(headOf((await visit(at('shareVideo', { uri }))).text), 'twitter:player'), undefined, 'none that would stand in a page of https without its s')
  }
})

test('without a web player the pages stand for themselves', async () => {
  for (const [endpoint, input] of [['shareVideo', { uri: paper.uri }], ['shareCreator', { creator: aurora.did }]] as const) {
    const url = at(endpoint, input, alone.url)
    const { text, status } = await visit(url)
    const head = headOf(text)
    assert.deepEqual([status, head.refresh], [200, undefined])
    assert.equal(linked(head, 'canonical'), url)
    for (const address of [linked(head, 'alternate', 'application/json+oembed'), linked(head, 'alternate', 'application/rss+xml'), ...elements(text).filter(({ name }) => name === 'a').map(({ attributes }) => attributes['href'])]) {
      assert.ok(address?.startsWith(alone.url), address)
      assert.equal((await visit(address ?? '')).status, 200, address)
    }
  }
})

test('without JavaScript a share page shows picture, title and a link, and the link leads to the video', async (t) => {
  const page = await openPage(t, { javaScriptEnabled: false })
  // The web player is held off, so that there is time to look.
  await page.route(`${WEB_URL}/**`, (route) => route.fulfill({ status: 204 }))
  await page.goto(at('shareVideo', { uri: paper.uri, t: '5' }), { waitUntil: 'load' })
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), paper.title)
  assert.match(await page.locator('main').innerText(), /Aurora/)
  assert.ok(await page.locator('main img').isVisible())
  assert.deepEqual(await page.evaluate("[...document.images].map((image) => [image.complete, image.naturalWidth, image.naturalHeight])"), [[true, 1200, 630]])
  const link = page.getByRole('link', { name: 'Watch on Streamhut' })
  assert.equal(await link.getAttribute('href'), `${watchUrl(paper.uri)}?t=5`)
  await page.unroute(`${WEB_URL}/**`)
  await link.click()
  await page.waitForURL(`${watchUrl(paper.uri)}?t=5`)
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), paper.title)
})

test('without JavaScript a person is sent on to the web player', async (t) => {
  const page = await openPage(t, { javaScriptEnabled: false })
  for (const [url, target] of [[at('shareVideo', { uri: paper.uri }), watchUrl(paper.uri)], [at('shareCreator', { creator: aurora.did }), creatorUrl]] as const) {
    await page.goto(url, { waitUntil: 'commit' })
    await page.waitForURL(target)
  }
})
