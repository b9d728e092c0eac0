import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openPage } from './browser.ts'
import { startSite, video, type StandIn } from './stand-in.ts'

let site = ''
let runner: StandIn
let stop: () => Promise<void>

before(async () => {
  const videos = [
    video('a', 'Über Northern lights', 2),
    video('b', 'Lights out', 30),
    video('c', 'A dark room', 2, { description: 'x', highlights: { description: { text: '…where the lights are', ranges: [{ startByte: 13, endByte: 19 }] } } }),
    ...Array.from({ length: 60 }, (_, index) => video(`n${index}`, `Night ${index}`, 5)),
  ]
  videos[2]!.title = 'A dark room without lights'
  ;({ site, runner, stop } = await startSite(videos))
})
after(() => stop())

test('a search is a form and a page that need no JavaScript, and marks what it found', async (t) => {
  const { page } = await openPage(t, { javaScriptEnabled: false })
  await page.goto(`${site}/`)
  const box = page.getByRole('searchbox')
  await box.fill(' lights ')
  await box.press('Enter')
  await page.waitForURL('**/search?q=*')
  assert.deepEqual(await page.locator('main article h2').allInnerTexts(), ['Über Northern lights', 'Lights out', 'A dark room without lights'])
  assert.deepEqual(await page.locator('main mark').allInnerTexts(), ['lights', 'Lights', 'lights'])
  assert.equal(await page.locator('main article').nth(2).locator('.excerpt').innerText(), '…where the lights are')
  assert.equal(await box.inputValue(), 'lights')
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Results for\nlights')
  assert.equal(await page.locator('meta[name=robots]').getAttribute('content'), 'noindex, follow')
  await page.getByRole('link', { name: 'Over 20 min' }).click()
  assert.deepEqual(await page.locator('main article h2').allInnerTexts(), ['Lights out'])
  assert.equal(new URL(page.url()).search, '?q=lights&length=long')
  await page.getByRole('link', { name: 'Oldest' }).click()
  assert.equal(new URL(page.url()).search, '?q=lights&sort=oldest&length=long')
  await page.getByRole('link', { name: 'Best match' }).click()
  assert.equal(new URL(page.url()).search, '?q=lights&length=long')
})

test('the key / leads into the box, unless somebody writes, and Escape out of it', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  const box = page.getByRole('searchbox')
  const focused = () => box.evaluate((element) => element === document.activeElement)
  await page.keyboard.press('Control+/')
  assert.equal(await focused(), false)
  await page.keyboard.press('/')
  assert.equal(await focused(), true)
  assert.equal(await box.inputValue(), '')
  await page.keyboard.type('a/b')
  assert.equal(await box.inputValue(), 'a/b')
  await page.keyboard.press('Escape')
  assert.equal(await focused(), false)
  await page.keyboard.press('/')
  await page.keyboard.type('night')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/search?q=night')
  await page.locator('main article', { hasText: 'Night 0' }).first().waitFor()
  // More than once: a page that was just come to is put at its top a moment after its list is there.
  await page.waitForFunction(() => {
    scrollTo(0, document.body.scrollHeight)
    return document.querySelectorAll('main article').length >= 48
  })
  await page.goBack()
  await page.getByRole('heading', { level: 1, name: 'Newest videos' }).waitFor()
  assert.equal(await box.inputValue(), '')
  assert.deepEqual(complaints, [])
})

test('nothing found says so and what to try; nothing asked shows the newest', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${site}/search?q=zebra`, { waitUntil: 'networkidle' })
  await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
  assert.equal(await page.locator('main li').count(), 3)
  await page.goto(`${site}/search`, { waitUntil: 'networkidle' })
  await page.getByRole('heading', { level: 2, name: 'Newest videos' }).waitFor()
  assert.equal(runner.calls('listVideos').at(-1)!.searchParams.has('q'), false)
  assert.deepEqual(complaints, [])
})

test('bad_input_25_any text is a search', async (t) => {
  const { page, complaints } = await openPage(t)
  for (const text of ['"><script>alert(1)</script>', "'; DROP TABLE videos; --", 'a AND (b OR "', '%', '\u202eevil', '🎬'.repeat(200), 'x'.repeat(2_000), '</title>']) {
    const answer = await page.goto(`${site}/search?q=${encodeURIComponent(text)}`, { waitUntil: 'networkidle' })
    assert.equal(answer?.status(), 200, text)
    const asked = runner.calls('listVideos').at(-1)!.searchParams.get('q')!
    assert.ok(text.startsWith(asked) && Buffer.byteLength(asked) <= 300 && asked.isWellFormed(), asked)
    assert.equal(await page.getByRole('searchbox').inputValue(), asked)
    assert.equal(await page.locator('h1 bdi').textContent(), asked)
  }
  assert.deepEqual(complaints, [])
})

test('of a million results one page is asked for', async () => {
  const before = runner.asked.length
  const html = await (await fetch(`${site}/search?q=million`)).text()
  assert.equal(html.match(/<article/g)?.length, 24)
  assert.deepEqual(runner.asked.slice(before).map(({ pathname, search }) => pathname.split('/').at(-1) + search), ['listVideos?q=million&limit=24'])
  assert.ok(html.length < 400_000, `${html.length} characters`)
})
