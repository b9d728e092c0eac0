import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { openPage, siteUrl } from './browser.ts'
import { picturesMade } from './made.ts'

before(picturesMade)

test('without JavaScript the list and the watch page can be read', async (t) => {
  const { page } = await openPage(t, { javaScriptEnabled: false })
  await page.goto(`${siteUrl()}/`)
  const link = page.locator('main article').first().getByRole('link')
  const title = (await link.innerText()).trim()
  assert.notEqual(title, '')
  await link.click()
  await page.waitForURL('**/watch/**')
  assert.equal((await page.getByRole('heading', { level: 1 }).innerText()).trim(), title)
  assert.match(await page.title(), /^Streamhut \| /)
  assert.equal(await page.getByRole('link', { name: 'Open the stream in another player' }).count(), 1)
})

test('the page arrives in the chosen appearance and keeps it', async (t) => {
  const { page, complaints } = await openPage(t, { colorScheme: 'light' })
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
  const light = await ground()
  const appearance = page.getByRole('button', { name: /^Appearance: / })
  await appearance.click()
  await page.waitForSelector('html[data-theme=light]')
  await appearance.click()
  await page.waitForSelector('html[data-theme=dark]')
  const dark = await ground()
  assert.notEqual(dark, light)
  const answer = await page.reload()
  assert.match(await answer!.text(), /<html[^>]* data-theme="dark"/)
  assert.equal(await ground(), dark)
  assert.deepEqual(complaints, [])
})

test('nothing on a phone is wider than the phone', async (t) => {
  const { page } = await openPage(t, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
  const excess = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await page.goto(`${siteUrl()}/`)
  assert.equal(await excess(), 0)
  await page.locator('main article').first().getByRole('link').click()
  await page.waitForURL('**/watch/**')
  assert.equal(await excess(), 0)
})

test('every page carries its security headers, and a missing one is a 404', async () => {
  for (const [path, status] of [['/', 200], ['/nowhere', 404], ['/watch/did:plc:nobody/..%2f', 404], ['/watch/nobody/1', 404]] as const) {
    const answer = await fetch(`${siteUrl()}${path}`, { headers: { accept: 'text/html' } })
    const html = await answer.text()
    assert.equal(answer.status, status, path)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/, path)
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(answer.headers.get('referrer-policy'), 'strict-origin-when-cross-origin', path)
    const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1]
    assert.ok(nonce, `${path} has no nonce in its policy`)
    const scripts = html.match(/<script\b[^>]*>/g) ?? []
    assert.ok(scripts.length > 0 && scripts.every((tag) => tag.includes(`nonce="${nonce}"`)), `${path}: ${scripts.join('')}`)
  }
})

test('the page speaks the language that the browser asks for, and the one that is chosen', async (t) => {
  const { page, complaints } = await openPage(t, { locale: 'de-AT' })
  await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
  assert.equal(await page.locator('html').getAttribute('lang'), 'de')
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Neueste Videos')
  await page.getByRole('link', { name: 'English' }).click()
  await page.waitForSelector('html[lang=en]')
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Newest videos')
  assert.equal(new URL(page.url()).pathname, '/')
  assert.deepEqual(complaints, [])
})
