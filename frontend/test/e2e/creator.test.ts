import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { firstVideo, openPage, siteUrl } from './browser.ts'
import { picturesMade } from './made.ts'

before(picturesMade)

test('a watch page leads to its creator, who has a page with their own videos alone', async (t) => {
  const { did, rkey } = await firstVideo()
  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}/watch/${did}/${rkey}`, { waitUntil: 'networkidle' })
  await page.locator(`main .facts a[href="/creator/${did}/"]`).click()
  await page.waitForURL(`**/creator/${did}/`)
  // Until the page is there, the one before it stays.
  await page.getByRole('link', { name: 'RSS feed' }).waitFor()
  const cards = page.locator('main article')
  await cards.first().waitFor()
  const addresses = await cards.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  assert.ok(addresses.includes(`/watch/${did}/${rkey}`))
  assert.ok(addresses.every((address) => address?.startsWith(`/watch/${did}/`)), addresses.join(' '))
  assert.deepEqual(complaints, [])
})

test('the page is the same by handle and by DID, with a slash and without, and without JavaScript', async (t) => {
  const { did } = await firstVideo()
  const { page } = await openPage(t, { javaScriptEnabled: false })
  const seen = async (path: string) => {
    const answer = await page.goto(`${siteUrl()}${path}`)
    const heading = page.getByRole('heading', { level: 1 })
    return [answer?.status(), await heading.innerText(), await page.locator('main article').count(), await page.getByRole('link', { name: 'RSS feed' }).getAttribute('href')]
  }
  const byDid = await seen(`/creator/${did}/`)
  assert.deepEqual([byDid[0], byDid[3]], [200, `/creator/${did}/rss.xml`])
  assert.notEqual(byDid[2], 0)
  const handle = (await page.locator('main').innerText()).match(/@([a-z0-9.-]+)/)?.[1]
  assert.ok(handle, 'the page names no handle')
  for (const path of [`/creator/${did}`, `/@${handle}/`, `/@${handle}`]) assert.deepEqual(await seen(path), byDid, path)
})

test('nothing on a phone is wider than the phone', async (t) => {
  const { did } = await firstVideo()
  const { page } = await openPage(t, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
  await page.goto(`${siteUrl()}/creator/${did}/`)
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0)
})

test('a creator who is not there is a 404', async () => {
  for (const path of ['/creator/nobody/', '/@nobody/', '/creator/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/']) {
    const answer = await fetch(`${siteUrl()}${path}`, { headers: { accept: 'text/html' } })
    const html = await answer.text()
    assert.equal(answer.status, 404, path)
    assert.match(html, /<meta name="robots" content="noindex">/, path)
    assert.doesNotMatch(html, /property="og:/, path)
  }
})
