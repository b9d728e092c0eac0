/** Search by the real index: real repos, a real database, the video bundle told to ask the AppView. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { installVod, type InstalledVod } from '../../../workers/dispatcher/test/installed-vod.ts'
import { account, RUNNER_URL, VOD_BUNDLE, videos } from '../../../workers/dispatcher/test/system.ts'
import { openPage } from './browser.ts'
import { eventually } from './made.ts'
import { startSiteAt } from './stand-in.ts'

const NAME = 'vod-searched'
const APPVIEW = process.env.APPVIEW_URL ?? assert.fail('APPVIEW_URL is not set')

let vod: InstalledVod | undefined
let site = ''
let stop: (() => Promise<void>) | undefined

before(async () => {
  await operate('init', {})
  const creators = [...new Set(videos.map(({ creator }) => creator))]
  for (const handle of creators) await operate('registerCreator', { did: account(handle).did })
  await eventually(async () => {
    const { videos: known } = (await (await fetch(`${APPVIEW}/getStats`)).json()) as { videos: number }
    assert.ok(known >= videos.length, `${known} of ${videos.length} videos are indexed`)
  }, 120)
  vod = await installVod(NAME, { APPVIEW_URL: APPVIEW })
  ;({ site, stop } = await startSiteAt(RUNNER_URL, { did: VOD_BUNDLE.split('/')[0] ?? '', name: NAME, channel: 'latest' }))
})
after(async () => {
  await stop?.()
  await vod?.uninstall()
})

test('a word of a title or description finds its video, marked, with and without JavaScript', async (t) => {
  const title = 'Paper Mountains at Dusk'
  for (const javaScriptEnabled of [true, false]) {
    const { page, complaints } = await openPage(t, { javaScriptEnabled })
    await page.goto(`${site}/search?q=mountains`, { waitUntil: 'networkidle' })
    assert.deepEqual(await page.locator('main article h2').allInnerTexts(), [title])
    assert.deepEqual(await page.locator('main article h2 mark').allInnerTexts(), ['Mountains'])
    await page.goto(`${site}/search?q=ridges`, { waitUntil: 'networkidle' })
    assert.deepEqual(await page.locator('main article h2').allInnerTexts(), [title])
    assert.deepEqual(await page.locator('main article .excerpt mark').allInnerTexts(), ['ridges'])
    await page.goto(`${site}/search?q=${encodeURIComponent('"no such words" OR 1=1 --')}`, { waitUntil: 'networkidle' })
    assert.equal(await page.locator('main article').count(), 0)
    assert.match(await page.locator('main').innerText(), /nothing|no videos/i)
    assert.deepEqual(complaints, [])
  }
})

test('whoever types finds, and goes on to the video', async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  await page.keyboard.press('/')
  await page.keyboard.type('lava')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/search?q=lava')
  await page.locator('main article').first().getByRole('link').first().click()
  await page.waitForURL('**/watch/**')
  assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /lava/i)
})

async function operate(call: string, body: object): Promise<void> {
  const answer = await fetch(`${APPVIEW}/${call}`, { method: 'POST', headers: { authorization: `Bearer ${process.env.OPERATOR_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  assert.equal(answer.status, 200, await answer.text())
}
