import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPage } from './browser.ts'
import { DID, startSite, video } from './stand-in.ts'

let site = ''
let stop: () => Promise<void>

before(async () => {
  ;({ site, stop } = await startSite([video('v2', 'Video 2', 10)]))
})
after(() => stop())

test('a video is handed on by link, from a time on, as code, as a post and as a picture for cameras', async (t) => {
  const { page, complaints } = await openPage(t, { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto(`${site}/watch/${DID}/v2`, { waitUntil: 'networkidle' })
  // Stands in for a stream that is being played.
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('hls-video'), { currentTime: 95.7 })))
  const button = page.getByRole('button', { name: 'Share' })
  await button.click()
  const sheet = page.getByRole('dialog', { name: 'Share this video' })
  await sheet.waitFor()
  const address = `${site}/watch/${DID}/v2`
  const copied = async () => {
    await sheet.getByText('Copied').waitFor()
    return page.evaluate(() => navigator.clipboard.readText())
  }
  await sheet.getByRole('button', { name: 'Copy' }).first().click()
  assert.equal(await copied(), address)
  await sheet.getByRole('checkbox', { name: 'Start at 1:35' }).check()
  assert.equal(await sheet.getByLabel('Link').inputValue(), `${address}?t=95`)
  const code = await sheet.getByLabel('Code for a web page').inputValue()
  assert.ok(code.startsWith(`<iframe src="${site}/embed/${DID}/v2?t=95" title="Video 2"`), code)
  assert.equal(await sheet.getByRole('link', { name: 'Post on Bluesky' }).getAttribute('href'), `https://bsky.app/intent/compose?text=${encodeURIComponent(`Video 2 ${address}?t=95`)}`)
  await sheet.getByRole('button', { name: 'Show a QR code' }).click()
  await page.waitForFunction(() => (document.querySelector('svg.qr path')?.getAttribute('d')?.length ?? 0) > 1_000)
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })
  assert.equal(await button.evaluate((element) => element === document.activeElement), true)
  assert.deepEqual(complaints, [])
})
