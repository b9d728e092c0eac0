import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { axeComplaints } from './axe.ts'
import { openPage } from './browser.ts'
import { DID, HANDLE, startSite, TILES, uriOf, video, type StandIn } from './stand-in.ts'

const COUNT = 130
const MINUTES = [1, 4, 12, 20, 21, 90]
let site = ''
let runner: StandIn
let stop: () => Promise<void>

before(async () => {
  const videos = Array.from({ length: COUNT }, (_, index) => video(`v${index}`, `Video ${index}`, MINUTES[index % MINUTES.length], { tags: [index % 2 ? 'odd' : 'a/b & 50%'] }))
  videos[1]!.contentWarnings = ['nudity']
  ;({ site, runner, stop } = await startSite(videos))
})
after(() => stop())

const cards = (page: Page) => page.locator('main article')
const titles = (page: Page) => page.locator('main article h2').allInnerTexts()
const newest = (count: number) => Array.from({ length: count }, (_, index) => `Video ${index}`)
const loaded = (page: Page, count: number) => page.waitForFunction((least) => document.querySelectorAll('main article').length >= least, count)

test('without JavaScript orders and lengths are links that keep each other, and so do the pages after the first', async (t) => {
  const { page } = await openPage(t, { javaScriptEnabled: false })
  await page.goto(`${site}/`)
  assert.deepEqual(await titles(page), newest(24))
  await page.getByRole('link', { name: 'Longest' }).click()
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Longest videos')
  await page.getByRole('link', { name: 'Over 20 min' }).click()
  assert.equal(new URL(page.url()).search, '?sort=longest&length=long')
  assert.deepEqual((await titles(page)).slice(0, 2), ['Video 5', 'Video 11'])
  for (const name of ['Longest', 'Over 20 min']) assert.equal(await page.getByRole('link', { name }).getAttribute('aria-current'), 'true', name)
  await page.getByRole('link', { name: 'Show more videos' }).click()
  assert.equal(new URL(page.url()).search, '?sort=longest&length=long&cursor=24')
  assert.equal(await cards(page).count(), 18)
  assert.equal(await page.getByRole('link', { name: 'Show more videos' }).count(), 0)
  await page.getByRole('link', { name: 'Back to the beginning' }).click()
  assert.equal(new URL(page.url()).search, '?sort=longest&length=long')
  await page.getByRole('link', { name: 'Any length' }).click()
  await page.getByRole('link', { name: 'Newest' }).click()
  assert.equal(page.url(), `${site}/`)
})

test('each length has its videos, and no video is between two of them', async (t) => {
  const { page } = await openPage(t, { javaScriptEnabled: false })
  for (const [length, minutes] of [['short', [1]], ['medium', [4, 12, 20]], ['long', [21, 90]]] as const) {
    await page.goto(`${site}/?length=${length}`)
    const seen = new Set((await titles(page)).map((title) => MINUTES[Number(title.split(' ')[1]) % MINUTES.length]))
    assert.deepEqual([...seen].sort((one, other) => one! - other!), minutes, length)
  }
  await page.goto(`${site}/?length=endless&sort=random`)
  assert.deepEqual(await titles(page), newest(24))
})

test('a choice is made without a new page, keeps the focus, and the browser’s buttons undo it', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  await page.getByRole('link', { name: 'Oldest' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Oldest videos' }).waitFor()
  await page.locator('main article', { hasText: 'Video 129' }).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Oldest')
  await page.goBack()
  await page.locator('main article', { hasText: 'Video 23' }).waitFor()
  assert.equal((await titles(page))[0], 'Video 0')
  assert.deepEqual(complaints, [])
})

test('pages are appended as their end comes near, three times; then a button asks, and the footer can be reached', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  const more = page.getByRole('link', { name: 'Show more videos' })
  for (const count of [48, 72, 96]) {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await loaded(page, count)
  }
  await page.locator('footer').scrollIntoViewIfNeeded()
  await page.waitForLoadState('networkidle')
  assert.deepEqual(await titles(page), newest(96))
  assert.equal(await page.locator('footer').isVisible(), true)
  assert.equal(page.url(), `${site}/`)
  // Whoever asked goes on with what came.
  await more.click()
  await loaded(page, 120)
  await page.waitForFunction(() => document.activeElement?.textContent === 'Video 96')
  assert.ok((await page.getByRole('status').allInnerTexts()).includes('24 more videos are there'))
  await more.click()
  await loaded(page, COUNT)
  assert.deepEqual(await titles(page), newest(COUNT))
  assert.equal(await more.count(), 0)
  assert.deepEqual(complaints, [])
})

test('whoever comes back finds the pages that were there, and the place', async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await loaded(page, 48)
  const link = page.getByRole('link', { name: 'Video 40', exact: true })
  await link.scrollIntoViewIfNeeded()
  const place = await page.evaluate(() => scrollY)
  await page.waitForLoadState('networkidle')
  const count = await cards(page).count()
  await link.click()
  await page.getByRole('heading', { level: 1, name: 'Video 40' }).waitFor()
  const asked = runner.calls('listVideos').length
  await page.goBack()
  await link.waitFor()
  await page.waitForFunction((top) => Math.abs(scrollY - top) < 4, place)
  assert.ok((await cards(page).count()) >= count)
  // Of what was there nothing is asked for again.
  const again = runner.calls('listVideos').slice(asked).filter(({ searchParams }) => searchParams.get('limit') === '24' && Number(searchParams.get('cursor') ?? 0) < count)
  assert.deepEqual(again.map(({ search }) => search), [])
})

test('a page that can’t be fetched is told of below those that are there, and comes when it is asked for again', async (t) => {
  const { page } = await openPage(t)
  let broken = true
  await page.route(/listVideos.*cursor=/, (route) => (broken ? route.abort() : route.continue()))
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  const notice = page.getByRole('alert').filter({ hasText: 'could not be fetched' })
  await notice.waitFor()
  assert.equal(await cards(page).count(), 24)
  broken = false
  await notice.getByRole('button', { name: 'Try again' }).click()
  await loaded(page, 48)
  assert.equal(await notice.count(), 0)
})

test('a tag of a video leads to the videos that have it', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/watch/${DID}/v2`, { waitUntil: 'networkidle' })
  await page.getByRole('link', { name: 'a/b & 50%' }).click()
  await page.getByRole('heading', { level: 1, name: '#a/b & 50%' }).waitFor()
  assert.equal(new URL(page.url()).pathname, '/tag/a%2Fb%20%26%2050%25/')
  await cards(page).first().waitFor()
  assert.deepEqual((await titles(page)).slice(0, 3), ['Video 0', 'Video 2', 'Video 4'])
  await page.reload({ waitUntil: 'networkidle' })
  assert.deepEqual((await titles(page)).slice(0, 3), ['Video 0', 'Video 2', 'Video 4'])
  await page.getByRole('link', { name: 'Under 4 min' }).click()
  await page.waitForURL('**/tag/a%2Fb%20%26%2050%25/?length=short')
  assert.deepEqual(complaints, [])
  const none = await fetch(`${site}/tag/nobody-has-it/`)
  assert.equal(none.status, 200)
  assert.match(await none.text(), /No videos with this tag/)
})

test('a creator has videos and an about page', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/@${HANDLE}/`, { waitUntil: 'networkidle' })
  assert.equal(await cards(page).count(), 24)
  await page.getByRole('navigation', { name: 'Aurora' }).getByRole('link', { name: 'About' }).click()
  await page.getByText(DID, { exact: true }).waitFor()
  assert.equal(await page.getByRole('definition').getByRole('link', { name: 'https://aurora.example/' }).getAttribute('rel'), 'nofollow ugc noopener noreferrer')
  await page.reload({ waitUntil: 'networkidle' })
  assert.equal(await cards(page).count(), 0)
  await page.getByRole('navigation', { name: 'Aurora' }).getByRole('link', { name: 'Videos' }).click()
  await page.getByRole('link', { name: 'Longest' }).click()
  await page.locator('main article', { hasText: 'Video 5' }).first().waitFor()
  assert.equal(new URL(page.url()).search, '?sort=longest')
  assert.deepEqual(complaints, [])
})

test('a mouse over a card shows the tile that its place names, and asks once', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  const card = cards(page).nth(2)
  const box = (await card.locator('.frame').boundingBox())!
  for (const share of [0.1, 0.4, 0.6, 0.9, 0.1]) {
    await page.mouse.move(box.x + box.width * share, box.y + box.height / 3)
    await card.locator('.glance img.loaded').waitFor()
    assert.deepEqual(await colourAt(card), TILES[Math.floor(share * 4)], `at ${share}`)
  }
  await page.mouse.move(0, 0)
  await card.locator('.glance').waitFor({ state: 'detached' })
  await page.mouse.move(box.x + 5, box.y + 5)
  await card.locator('.glance img.loaded').waitFor()
  const uri = uriOf('v2')
  assert.equal(runner.calls('getVtt').filter(({ searchParams }) => searchParams.get('uri') === uri).length, 1)
  assert.deepEqual(complaints, [])
})

test('the keyboard’s focus shows one tile after the other', async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  await page.getByRole('link', { name: 'Over 20 min' }).focus()
  await page.keyboard.press('Tab')
  const card = cards(page).first()
  await card.locator('.glance img.loaded').waitFor()
  // It ends by itself.
  await card.locator('.glance').waitFor({ state: 'detached' })
})

test('no glance is given of a warned video, to fingers, and to who asks for less motion or leaves at once', async (t) => {
  const { page } = await openPage(t)
  await page.clock.install()
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  // From here time passes when the test says so.
  await page.clock.pauseAt(Date.now() + 60_000)
  const asked = () => runner.calls('getVtt').length
  const before = asked()
  await cards(page).nth(1).hover()
  await page.clock.runFor(1_000)
  await cards(page).nth(3).hover()
  await page.clock.runFor(300)
  await cards(page).nth(1).hover()
  await page.clock.runFor(1_000)
  await cards(page).nth(3).dispatchEvent('pointerenter', { pointerType: 'touch' })
  await page.clock.runFor(1_000)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await cards(page).nth(4).hover()
  await page.clock.runFor(1_000)
  assert.equal(asked(), before)
  // The same by a mouse that stays is answered.
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  const answer = page.waitForResponse('**/getVtt?*')
  await cards(page).nth(3).hover()
  await page.clock.runFor(1_000)
  await answer
})

test('axe finds nothing to complain of in lists, results and what else needs an index or a history, in light and in dark', { timeout: 300_000 }, async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${site}/about`)
  await page.evaluate((text) => localStorage.setItem('streamhut:watched', text), JSON.stringify(runner.videos.slice(0, 3).map((video) => ({ video, position: 20, when: 1 }))))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const path of ['/?sort=oldest', '/search?q=video', '/search?q=zebrafinch', '/tag/odd/', `/creator/${DID}/?sort=longest`, '/history']) {
      await page.goto(`${site}${path}`, { waitUntil: 'networkidle' })
      assert.deepEqual(await axeComplaints(page), [], `${path}, ${colorScheme}`)
    }
  }
})

test('nothing moves while the lists, the history and their skeletons come and go', async (t) => {
  const { page } = await openPage(t)
  await page.addInitScript(() => {
    Object.assign(globalThis, { moved: 0 })
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput } of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!hadRecentInput) (globalThis as unknown as { moved: number }).moved += value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  for (const path of ['/', '/search?q=video', '/history', `/creator/${DID}/`, `/watch/${DID}/v2`]) {
    await page.goto(`${site}${path}`, { waitUntil: 'networkidle' })
    assert.ok((await page.evaluate(() => (globalThis as unknown as { moved: number }).moved)) <= 0.02, path)
  }
})

test('opensearch, the manifest and long-lived files', async (t) => {
  const { page } = await openPage(t, { javaScriptEnabled: false })
  await page.goto(`${site}/`)
  const address = async (rel: string) => new URL((await page.locator(`link[rel=${rel}]`).getAttribute('href'))!, site).href
  const search = await fetch(await address('search'))
  assert.match(search.headers.get('content-type') ?? '', /^application\/opensearchdescription\+xml/)
  assert.ok((await search.text()).includes(`template="${site}/search?q={searchTerms}"`))
  const manifest = await fetch(await address('manifest'))
  assert.match(manifest.headers.get('content-type') ?? '', /^application\/manifest\+json/)
  const { icons } = (await manifest.json()) as { icons: { src: string }[] }
  for (const { src } of icons) assert.equal((await fetch(new URL(src, site))).status, 200, src)
  const script = await page.locator('script[src*="/_nuxt/"]').first().getAttribute('src')
  const file = await fetch(new URL(script!, site))
  assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(file.headers.get('x-content-type-options'), 'nosniff')
  assert.deepEqual(await page.locator('meta[name=theme-color]').evaluateAll((tags) => tags.map((tag) => [tag.getAttribute('media'), tag.getAttribute('content')])), [
    ['(prefers-color-scheme: light)', '#fdfaf6'],
    ['(prefers-color-scheme: dark)', '#15110f'],
  ])
})

/** The colour in the middle of a card's picture, as it is on the screen. */
async function colourAt(card: Locator): Promise<number[]> {
  const picture = await card.locator('.frame').screenshot()
  return card.page().evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }))
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!
    canvas.drawImage(bitmap, 0, 0)
    return [...canvas.getImageData(bitmap.width / 2, bitmap.height / 2, 1, 1).data.slice(0, 3)]
  }, [...picture])
}
