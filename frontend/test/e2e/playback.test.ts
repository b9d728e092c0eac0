import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { openPage, playedTo, siteUrl } from './browser.ts'
import { picturesMade } from './made.ts'

before(picturesMade)

test('the home page lists the demo videos, and a click plays one', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
  const cards = page.locator('main article')
  assert.ok((await cards.count()) >= 8, `${await cards.count()} videos are listed, at least 8 were expected`)
  const link = cards.first().getByRole('link')
  const title = (await link.innerText()).trim()
  await link.click()
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
  assert.match(page.url(), /\/watch\/did:/)
  await playedTo(page, 2)
  assert.deepEqual(complaints, [])
})

test('a deep link shows a poster, plays on demand, and never moves the page', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(await firstWatchPage())
  const stage = page.getByRole('region', { name: /^Player: / })
  const before = await stage.boundingBox()
  assert.equal(await page.locator('hls-video').count(), 0)
  await page.getByRole('button', { name: /^Play / }).click()
  await playedTo(page, 1)
  assert.deepEqual(await stage.boundingBox(), before)
  await page.keyboard.press('k')
  await page.waitForFunction(() => (document.querySelector('hls-video') as HTMLVideoElement).paused)
  assert.deepEqual(complaints, [])
})

test('a stream that fails is told of, and trying again plays it', async (t) => {
  const { page } = await openPage(t)
  await page.goto(await firstWatchPage())
  let broken = true
  await page.route('**/getPlaylist?*', (route) =>
    broken ? route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' }, body: '{"error":"Overloaded","message":"later"}' }) : route.continue(),
  )
  await page.getByRole('button', { name: /^Play / }).click()
  const card = page.getByRole('alert').filter({ hasText: 'does not answer' })
  await card.waitFor()
  broken = false
  await card.getByRole('button', { name: 'Try again' }).click()
  await playedTo(page, 1)
  assert.equal(await card.count(), 0)
})

test('leaving the page stops the stream', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
  await page.locator('main article').first().getByRole('link').click()
  await playedTo(page, 0.5)
  await page.evaluate(() => {
    Object.assign(globalThis, { left: document.querySelector('hls-video') })
  })
  await page.getByRole('link', { name: 'Streamhut, home' }).click()
  await page.getByRole('heading', { level: 1, name: 'Newest videos' }).waitFor()
  const left = await page.evaluate(() => {
    const media = (globalThis as unknown as { left: HTMLVideoElement & { api: unknown } }).left
    return { engine: media.api, source: media.src }
  })
  assert.deepEqual(left, { engine: null, source: null })
  assert.deepEqual(complaints, [])
})

/** The address of a watch page, read from the home page's HTML. */
async function firstWatchPage(): Promise<string> {
  const html = await (await fetch(`${siteUrl()}/`)).text()
  const path = /href="(\/watch\/[^"]+)"/.exec(html)?.[1]
  assert.ok(path, 'the home page has no link to a watch page')
  return `${siteUrl()}${path}`
}
