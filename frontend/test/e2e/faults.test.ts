import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { openPage } from './browser.ts'
import { DID, HANDLE, startSite, uriOf, video, type Mood, type StandIn } from './stand-in.ts'

let site = ''
let runner: StandIn
let stop: () => Promise<void>

before(async () => {
  ;({ site, runner, stop } = await startSite(Array.from({ length: 30 }, (_, index) => video(`v${index}`, `Video ${index}`, 3))))
})
afterEach(() => {
  runner.mood = 'well'
})
after(() => stop())

const PAGES = ['/', '/?sort=oldest', '/search?q=video', '/tag/x/', `/creator/${DID}/`, `/@${HANDLE}/`, `/watch/${DID}/v1`]
const MOODS: [mood: Mood, status: number, says: RegExp, waits: boolean][] = [
  ['down', 503, /No connection/, true],
  ['silent', 504, /The answer takes too long/, true],
  ['nonsense', 502, /The answer makes no sense/, false],
  ['failing', 503, /Something is broken on our side/, true],
]
for (const [mood, status, says, waits] of MOODS) {
  test(`a runner that is ${mood}: every page says so, and offers another try`, async () => {
    runner.mood = mood
    await Promise.all(
      PAGES.map(async (path) => {
        const answer = await fetch(`${site}${path}`, { headers: { accept: 'text/html' } })
        const html = await answer.text()
        assert.equal(answer.status, status, path)
        assert.match(html, says, path)
        assert.match(html, /Try again/, path)
        assert.match(html, /<meta name="robots" content="noindex/, path)
        assert.equal(answer.headers.get('cache-control'), 'no-store', path)
        assert.equal(answer.headers.has('retry-after'), waits, path)
      }),
    )
  })
}

test('a list from a node alone says that it needs an index, and leads back', async (t) => {
  runner.mood = 'unindexed'
  const { page } = await openPage(t, { javaScriptEnabled: false })
  for (const path of ['/?sort=longest', '/search?q=video', '/tag/x/', `/creator/${DID}/?sort=oldest`]) {
    const answer = await page.goto(`${site}${path}`)
    assert.equal(answer?.status(), 501, path)
    await page.getByRole('heading', { name: 'This needs an index, which this site has none of' }).waitFor()
  }
  await page.getByRole('link', { name: 'Newest', exact: true }).click()
  assert.equal(await page.locator('main article').count(), 24)
})

test('trying again brings the page once the runner is back', async (t) => {
  const { page } = await openPage(t)
  for (const path of PAGES) {
    runner.mood = 'down'
    await page.goto(`${site}${path}`, { waitUntil: 'networkidle' })
    runner.mood = 'well'
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
})

test('a runner that goes away between two pages is told of, and what is there stays', async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  runner.mood = 'down'
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
  await page.getByText('The last request got no answer').waitFor()
  assert.equal(await page.locator('main article').count(), 24)
  await page.getByRole('link', { name: 'Video 3', exact: true }).click()
  await page.getByRole('heading', { name: 'No connection' }).waitFor()
  runner.mood = 'well'
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { level: 1, name: 'Video 3' }).waitFor()
  assert.equal(await page.getByText('The last request got no answer').count(), 0)
})

test('offline the page stays and says so, and what was wanted comes with the network', async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${site}/`, { waitUntil: 'networkidle' })
  await page.context().setOffline(true)
  await page.getByText('You are offline').waitFor()
  assert.equal(await page.locator('main article').count(), 24)
  await page.getByRole('link', { name: 'Video 2', exact: true }).click()
  await page.waitForLoadState('networkidle')
  assert.notEqual(await page.getByText('You are offline').count(), 0)
  await page.context().setOffline(false)
  await page.getByText('What is on this page stays').waitFor({ state: 'detached' })
  assert.equal(await page.getByText('You are offline').count(), 0)
})

test('who and what is not there is a 404 with words of its own', async () => {
  for (const [path, says] of [
    ['/creator/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/', 'This creator is not here'],
    ['/@nobody.test/', 'This creator is not here'],
    [`/watch/${DID}/none`, 'This video is not here'],
    ['/nowhere/at/all', 'Nothing lives at this address'],
  ] as const) {
    const answer = await fetch(`${site}${path}`, { headers: { accept: 'text/html' } })
    assert.equal(answer.status, 404, path)
    assert.ok((await answer.text()).includes(says), path)
  }
})

const HOSTILE = ['"><script>alert(1)</script>', '</title><img src=x onerror=alert(1)>', '{{constructor.constructor("alert(1)")()}}', '\u202eمرحبا بالعالم', 'W'.repeat(300), 'Long name '.repeat(30)]

test('bad_input_25_hostile titles, names, tags, pictures and handles are inert on every page, and no page grows wider than its window', async (t) => {
  const good = [runner.videos, runner.profile]
  t.after(() => ([runner.videos, runner.profile] = good as [typeof runner.videos, typeof runner.profile]))
  runner.videos = HOSTILE.map((text, index) => video(`v${index}`, text, 2, {
    displayName: text,
    handle: text,
    avatar: 'javascript:alert(1)',
    description: `${text} javascript:alert(1) https://bank.example@evil.example/`,
    tags: [text, 'tag', '..', 'a/../../b'],
    contentWarnings: index === 3 ? [text] : [],
    highlights: { title: [{ startByte: -1, endByte: 4 }, { startByte: 0, endByte: 3 }, { startByte: 2, endByte: 1e9 }], description: { text, ranges: [{ startByte: 0, endByte: 1 }] } },
  }))
  runner.profile = { did: DID, handle: HOSTILE[0]!, displayName: HOSTILE[1]!, avatar: 'javascript:alert(1)', description: HOSTILE.join('\n') }
  const { page, complaints } = await openPage(t, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  const paths = ['/', '/search?q=o', '/tag/tag/', `/creator/${DID}/`, `/creator/${DID}/?tab=about`, '/history', '/about', ...HOSTILE.flatMap((text, index) => [`/watch/${DID}/v${index}`, `/tag/${encodeURIComponent(text)}/`])]
  await page.goto(`${site}/about`)
  await page.evaluate((text) => localStorage.setItem('streamhut:watched', text), JSON.stringify(runner.videos.map((video) => ({ video, position: 60, when: 1 }))))
  for (const path of paths) {
    const answer = await page.goto(`${site}${path}`, { waitUntil: 'networkidle' })
    assert.equal(answer?.status(), 200, path)
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0, `${path} is too wide`)
    assert.equal(await page.locator('main script, img[onerror], img[src^=javascript], a[href^=javascript]').count(), 0, path)
    for (const href of await page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))) assert.match(href ?? '', /^(\/|http:\/\/127|https:\/\/bsky\.app\/|https:\/\/opensource\.org\/)/, path)
  }
  assert.deepEqual(complaints, [])
})

test('a tag that no path can name is searched for', async (t) => {
  runner.videos[0]!.tags = ['..']
  const { page } = await openPage(t, { javaScriptEnabled: false })
  await page.goto(`${site}/watch/${DID}/v0`)
  assert.equal(await page.getByRole('list', { name: 'Tags' }).getByRole('link').getAttribute('href'), '/search?q=..')
  assert.equal(uriOf('v0'), runner.videos[0]!.uri)
})
