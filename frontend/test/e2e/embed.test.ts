import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { before, test, type TestContext } from 'node:test'
import { firstVideo, openPage, playedTo, siteUrl } from './browser.ts'
import { picturesMade } from './made.ts'

before(picturesMade)

test('a video plays in a frame on another site, from the time that is asked for, and leads to its page', async (t) => {
  const { did, rkey } = await firstVideo()
  const { page, complaints } = await openPage(t)
  await page.goto(await foreignPage(t, `${siteUrl()}/embed/${did}/${rkey}?t=3`), { waitUntil: 'networkidle' })
  const frame = page.frames().find((one) => one.url().includes('/embed/'))
  assert.ok(frame, 'the frame was not loaded')
  assert.equal(await frame.getByRole('banner').count(), 0)
  const link = frame.getByRole('link', { name: /on Streamhut$/ })
  assert.equal(await link.getAttribute('href'), `/watch/${did}/${rkey}`)
  assert.equal(await link.getAttribute('target'), '_blank')
  await frame.getByRole('button', { name: /^Play / }).click()
  await playedTo(frame, 3.5)
  assert.deepEqual(complaints, [])
})

test('a frame shows nothing of the site but embed pages', async (t) => {
  const { did, rkey } = await firstVideo()
  const { page } = await openPage(t)
  await page.goto(await foreignPage(t, `${siteUrl()}/watch/${did}/${rkey}`), { waitUntil: 'networkidle' })
  assert.ok(page.frames().every((frame) => !frame.url().startsWith(siteUrl())))
  for (const [path, ancestors, robots] of [
    [`/embed/${did}/${rkey}`, '*', 'noindex, indexifembedded'],
    [`/embed/${did}/${rkey}/`, '*', 'noindex, indexifembedded'],
    [`/watch/${did}/${rkey}`, "'none'", null],
  ] as const) {
    const answer = await fetch(`${siteUrl()}${path}`)
    const html = await answer.text()
    assert.equal(answer.status, 200, path)
    assert.ok(answer.headers.get('content-security-policy')?.includes(`frame-ancestors ${ancestors};`), path)
    assert.equal(answer.headers.get('x-robots-tag'), robots, path)
    assert.equal(html.includes('<meta name="robots" content="noindex, indexifembedded">'), robots !== null, path)
  }
})

test('a warned video says so in words, and neither shows nor loads anything before the viewer wants it', async (t) => {
  const { page } = await openPage(t)
  const asked: string[] = []
  page.on('request', (request) => /getPlaylist|getThumbnail|getVtt/.test(request.url()) && asked.push(request.url()))
  // Where the browser itself asks for the video, its answer can be changed: on a page that is reached by a click.
  await page.route('**/getVideo?*', async (route) => {
    const answer = await route.fetch()
    return route.fulfill({ response: answer, json: { ...((await answer.json()) as object), contentWarnings: ['flashingLights', 'nudity'] } })
  })
  await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
  const link = page.locator('main article').first().getByRole('link')
  asked.length = 0
  await link.click()
  const stage = page.getByRole('region', { name: /^Player: / })
  await stage.getByText('flashing lights, nudity').waitFor()
  await page.waitForLoadState('networkidle')
  const rkey = new URL(page.url()).pathname.split('/').filter(Boolean).at(-1)!
  assert.deepEqual(asked.filter((url) => url.includes(rkey)), [])
  await stage.getByRole('button', { name: 'Play anyway' }).click()
  await playedTo(page, 0.5)
})

/** The address of a page of another origin with one frame. */
async function foreignPage(t: TestContext, src: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><link rel="icon" href="data:,"><title>Elsewhere</title><iframe width="640" height="360" allow="autoplay; fullscreen" src="${src}"></iframe>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
