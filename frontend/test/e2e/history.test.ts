import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { firstVideo, openPage, playedTo, siteUrl } from './browser.ts'
import { DID, startSite, uriOf, video } from './stand-in.ts'

let site = ''
let stop: () => Promise<void>

before(async () => {
  ;({ site, stop } = await startSite(Array.from({ length: 6 }, (_, index) => video(`v${index}`, `Video ${index}`, 10))))
})
after(() => stop())

const stored = (...rkeys: string[]) =>
  JSON.stringify(rkeys.map((rkey, index) => ({ video: { uri: uriOf(rkey), cid: 'bafy', title: `Video ${rkey.slice(1)}`, creator: DID, durationMs: 600_000, createdAt: '', contentWarnings: [] }, position: 150, when: 1_700_000_000_000 - index })))

test('what was watched is listed, marked in other lists, and can be removed, cleared and brought back', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  await page.evaluate((text) => localStorage.setItem('streamhut:watched', text), stored('v3', 'v1', 'v4'))
  await page.reload({ waitUntil: 'networkidle' })
  assert.equal(await page.locator('main article', { hasText: 'Video 3' }).getByText('25 percent watched').count(), 1)
  assert.equal(await page.getByText('percent watched').count(), 3)
  await page.getByRole('banner').getByRole('link', { name: 'History' }).click()
  await page.getByRole('heading', { level: 1, name: 'History' }).waitFor()
  const titles = () => page.locator('main article h2').allInnerTexts()
  assert.deepEqual(await titles(), ['Video 3', 'Video 1', 'Video 4'])
  assert.equal(await page.getByText('Watched to 2:30').count(), 3)
  await page.getByRole('button', { name: 'Remove Video 1 from the history' }).click()
  assert.deepEqual(await titles(), ['Video 3', 'Video 4'])
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Remove Video 4 from the history')
  await page.getByRole('button', { name: 'Clear the history' }).click()
  await page.getByRole('heading', { name: 'Nothing watched yet' }).waitFor()
  assert.equal(await page.evaluate(() => localStorage.getItem('streamhut:watched')), null)
  await page.getByRole('button', { name: 'Undo' }).click()
  assert.deepEqual(await titles(), ['Video 3', 'Video 4'])
  await page.reload({ waitUntil: 'networkidle' })
  assert.deepEqual(await titles(), ['Video 3', 'Video 4'])
  assert.deepEqual(complaints, [])
})

test('a video that is played is remembered with its place, unless that is switched off', async (t) => {
  const { did, rkey, title } = await firstVideo()
  const { page } = await openPage(t)
  const watch = async () => {
    await page.goto(`${siteUrl()}/watch/${did}/${rkey}`, { waitUntil: 'networkidle' })
    await page.getByRole('button', { name: /^Play / }).click()
    await playedTo(page, 1)
    await page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).pause())
    await page.getByRole('banner').getByRole('link', { name: 'History' }).click()
    await page.getByRole('heading', { level: 1, name: 'History' }).waitFor()
    return page.locator('main article h2').allInnerTexts()
  }
  assert.deepEqual(await watch(), [title])
  await page.getByRole('button', { name: 'Clear the history' }).click()
  await page.getByRole('switch', { name: 'Remember what I watch here' }).click()
  assert.deepEqual(await watch(), [])
})

test('it can be switched off, which lasts', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/history`, { waitUntil: 'networkidle' })
  const remember = page.getByRole('switch', { name: 'Remember what I watch here' })
  assert.equal(await remember.isChecked(), true)
  await remember.click()
  await page.getByText('Nothing new is remembered.').waitFor()
  await page.reload({ waitUntil: 'networkidle' })
  assert.equal(await remember.isChecked(), false)
  assert.equal(await page.evaluate(() => localStorage.getItem('streamhut:history')), 'off')
  await remember.click()
  assert.equal(await page.evaluate(() => localStorage.getItem('streamhut:history')), null)
  assert.deepEqual(complaints, [])
})

test('bad_input_25_a spoilt storage, and one that is denied, leave a working page', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/history`, { waitUntil: 'networkidle' })
  for (const text of ['{', '[{"video":{"uri":"javascript:alert(1)","title":"<img src=x onerror=alert(1)>"},"position":1,"when":1}]']) {
    await page.evaluate((text) => localStorage.setItem('streamhut:watched', text), text)
    await page.reload({ waitUntil: 'networkidle' })
    await page.getByRole('heading', { name: 'Nothing watched yet' }).waitFor()
  }
  await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('denied', 'SecurityError') } }))
  await page.reload({ waitUntil: 'networkidle' })
  await page.getByRole('heading', { name: 'Nothing watched yet' }).waitFor()
  assert.deepEqual(complaints, [])
})

test('without JavaScript the page says what it needs', async (t) => {
  const { page } = await openPage(t, { javaScriptEnabled: false })
  await page.goto(`${site}/history`)
  await page.getByText('JavaScript shows it').waitFor()
})
