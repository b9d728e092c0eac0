/** Signing in at the real PDS, and what it is for. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeComplaints } from './axe.ts'
import { openPage, siteUrl } from './browser.ts'
import { eventually, picturesMade } from './made.ts'

/** What `net.json` tells of the network. */
interface Net {
  urls: { pds: string }
  accounts: Record<string, { did: string; handle: string; password: string }>
  videos: { uri: string; creator: string; folder: string }[]
}

const NET = process.env.STREAMHUT_NET ?? assert.fail('STREAMHUT_NET is not set')
const net = JSON.parse(readFileSync(NET, 'utf8')) as Net
const APPVIEW = process.env.APPVIEW_URL ?? assert.fail('APPVIEW_URL is not set')
const LIKES = 'place.stream.like'
const COMMENTS = 'place.stream.vod.comment'
/** How often a thing is looked for that the index hears of later. */
const TRIES = 60

const [video, watch] = demo('ink-in-water')
const [other, watchOther] = demo('loom-of-rules')

before(picturesMade)

test('a viewer signs in at their own server, is known on every page, and signs out', { timeout: 300_000 }, async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
  const before = await page.getByRole('link', { name: 'Sign in' }).boundingBox()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, 'basalt.test')
  await page.waitForURL(`${siteUrl()}/`)
  const menu = page.getByRole('button', { name: 'Your account: Basalt' })
  await menu.waitFor()

  // Who comes back finds a page that the server made for nobody, and nothing in it moves.
  await page.addInitScript(() => {
    const moved: number[] = []
    Object.assign(window, { moved })
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => moved.push((entry as PerformanceEntry & { value: number }).value))).observe({ type: 'layout-shift', buffered: true })
  })
  const html = await (await page.reload({ waitUntil: 'networkidle' }))!.text()
  assert.doesNotMatch(html, /Basalt(?=[^<]*<\/(button|summary))|basalt-local-password/)
  await menu.waitFor()
  const place = await menu.boundingBox()
  assert.equal(place!.x + place!.width, before!.x + before!.width)
  assert.deepEqual(await page.evaluate(() => (window as unknown as { moved: number[] }).moved), [])

  await menu.click()
  await page.getByText('@basalt.test', { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  assert.equal(await menu.getAttribute('aria-expanded'), 'false')
  await menu.click()
  assert.deepEqual(await axeComplaints(page), [])
  // What is done in one tab shows in the others.
  const tab = await page.context().newPage()
  await tab.goto(`${siteUrl()}/about`, { waitUntil: 'networkidle' })
  await tab.getByRole('button', { name: 'Your account: Basalt' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await tab.getByRole('link', { name: 'Sign in' }).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  await page.reload({ waitUntil: 'networkidle' })
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  assert.deepEqual(unexpected(complaints), [])
})

test('who can’t be signed in is told why', { timeout: 300_000 }, async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}/sign-in?back=${encodeURIComponent('//evil.example')}`, { waitUntil: 'networkidle' })
  for (const [handle, words] of [
    ['nobody', 'That is no handle'],
    ['nobody.test', 'Nobody has that handle'],
  ] as const) {
    await page.getByLabel('Your handle').fill(handle)
    await page.getByRole('button', { name: 'Continue at your server' }).click()
    await page.getByRole('alert').getByText(words).waitFor()
    assert.equal(await page.getByLabel('Your handle').getAttribute('aria-invalid'), 'true')
  }
  assert.deepEqual(await axeComplaints(page), [])
  await page.route('**/.well-known/oauth-protected-resource', (route) => route.abort())
  await page.getByLabel('Your handle').fill('basalt.test')
  await page.getByRole('button', { name: 'Continue at your server' }).click()
  await page.getByRole('alert').getByText('Your server doesn’t answer').waitFor()
  await page.unroute('**/.well-known/oauth-protected-resource')
  complaints.length = 0
  // Somebody changes their mind, and is led to no other site.
  await page.getByLabel('Your handle').fill('@Basalt.test ')
  await page.getByRole('button', { name: 'Continue at your server' }).click()
  await atServer(page, 'basalt.test')
  await page.getByRole('button', { name: 'Deny access' }).click()
  await page.getByRole('heading', { name: 'You are not signed in' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Back to signing in' }).getAttribute('href'), '/sign-in?back=/')
  // What didn't begin here doesn't end here.
  await page.goto(`${siteUrl()}/`)
  await page.goto(`${siteUrl()}/oauth/callback#state=x&iss=http%3A%2F%2Flocalhost&code=y`)
  await page.getByRole('heading', { name: 'can’t be finished' }).waitFor()
  await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor()
  assert.deepEqual(unexpected(complaints), [])
})

test('a server that knows no fine permissions is asked for the broad one, with the viewer’s leave', { timeout: 300_000 }, async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${siteUrl()}/sign-in?back=/about`, { waitUntil: 'networkidle' })
  // One kind says so at once.
  const requests = '**/oauth/par'
  await page.route(requests, (route) => route.fulfill({ status: 400, headers: { 'access-control-allow-origin': '*' }, json: { error: 'invalid_scope' } }))
  await page.getByLabel('Your handle').fill('basalt.test')
  await page.getByRole('button', { name: 'Continue at your server' }).click()
  await page.getByRole('alert').getByText('no fine permissions').waitFor()
  assert.deepEqual(await axeComplaints(page), [])
  await page.unroute(requests)
  // The other gives what it knows of, which is little.
  const tokens = '**/oauth/token'
  await page.route(tokens, async (route) => {
    const answer = await route.fetch()
    const json = (await answer.json()) as { scope?: string }
    return route.fulfill({ response: answer, json: { ...json, ...(json.scope && { scope: 'atproto' }) } })
  })
  await page.goto(`${siteUrl()}/sign-in?back=/about`, { waitUntil: 'networkidle' })
  await signIn(page, 'basalt.test')
  await page.getByRole('heading', { name: 'with less than was asked for' }).waitFor()
  await page.unroute(tokens)
  await page.getByRole('link', { name: 'Ask for broad permission' }).click()
  await page.getByRole('button', { name: 'Continue with broad permission' }).click()
  // The server knows the browser by now.
  await page.waitForURL(`${net.urls.pds}/oauth/authorize?**`)
  await page.getByRole('button', { name: 'Authorize' }).or(page.locator('input[type=password]')).first().waitFor()
  if (await page.locator('input[type=password]').isVisible()) await atServer(page, 'basalt.test')
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.waitForURL('**/about')
  assert.match((await page.evaluate(() => localStorage.getItem('streamhut-viewer'))) ?? '', /"scope":"atproto transition:generic"/)
})

test('a public site has a document that tells servers what it is, and one on loopback has none', async () => {
  const ask = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      get(`${siteUrl()}/oauth/client-metadata.json`, { headers }, (answer) => {
        let body = ''
        answer.setEncoding('utf8').on('data', (part: string) => (body += part)).on('end', () => resolve({ status: answer.statusCode, body }))
      }).on('error', reject)
    })
  assert.equal((await ask({})).status, 404)
  const { status, body } = await ask({ host: 'hut.example', 'x-forwarded-proto': 'https' })
  assert.equal(status, 200)
  const client = JSON.parse(body) as { client_id: string; redirect_uris: string[]; scope: string }
  assert.deepEqual([client.client_id, client.redirect_uris], ['https://hut.example/oauth/client-metadata.json', ['https://hut.example/oauth/callback']])
  assert.match(client.scope, /^atproto repo:place\.stream\.like .*registerCreator\?aud=did:plc:[a-z2-7]{24}%23streamhut_appview /)
})

test('a creator adds their channel, and removes it', { timeout: 300_000 }, async (t) => {
  await operate('init', {})
  const cirrus = account('cirrus.test')
  await operate('unregisterCreator', { did: cirrus.did }).catch(() => undefined)
  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}/channel`, { waitUntil: 'networkidle' })
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, cirrus.handle)
  await page.waitForURL('**/channel')
  await page.getByText('Your channel is not listed here.').waitFor()
  await page.getByRole('button', { name: 'Add my channel' }).click()
  await page.getByText('Your channel is listed.').waitFor()
  assert.deepEqual(await axeComplaints(page), [])
  await eventually(async () => assert.equal((await listed(cirrus.did))?.registered, true), TRIES)
  // With its videos, once the AppView has looked.
  const videos = net.videos.filter(({ creator }) => creator === cirrus.handle).length
  await eventually(async () => assert.equal((await listed(cirrus.did))?.videos, videos), TRIES)
  await page.reload({ waitUntil: 'networkidle' })
  await page.locator('dd').getByText(String(videos), { exact: true }).waitFor()

  await page.getByRole('button', { name: 'Remove my channel' }).click()
  await page.getByRole('button', { name: 'Yes, remove' }).click()
  await page.getByText('Your channel is not listed here.').waitFor()
  await eventually(async () => assert.notEqual((await listed(cirrus.did))?.registered, true), TRIES)
  assert.deepEqual(unexpected(complaints), [])
})

test('a like is a record of the viewer’s, and so is taking it back none', { timeout: 300_000 }, async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}${watch}`, { waitUntil: 'networkidle' })
  const like = page.getByRole('button', { name: /^Like \d+$/ })
  assert.equal(await count(page), '0')
  // Who is not signed in is led to do that, and back.
  await like.click()
  await page.waitForURL(/\/sign-in\?back=/)
  await signIn(page, 'basalt.test')
  await page.waitForURL(`**${watch}`)
  await page.getByRole('button', { name: 'Your account: Basalt' }).waitFor()
  await like.click()
  assert.deepEqual([await like.getAttribute('aria-pressed'), await count(page)], ['true', '1'])
  await eventually(async () => assert.deepEqual((await records('basalt.test', LIKES)).filter(({ subject }) => subject === video.uri).length, 1))
  await indexed(async (text) => assert.match(text, /"likeCount":1\b/))

  // A later visit finds it again, and a visitor sees the count. (The page may have gone on to the next video meanwhile.)
  await page.goto(`${siteUrl()}${watch}`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Like 1', exact: true, pressed: true }).waitFor()
  const visitor = await openPage(t, { javaScriptEnabled: false })
  await visitor.page.goto(`${siteUrl()}${watch}`)
  await visitor.page.getByRole('button', { name: 'Like 1', exact: true }).waitFor()

  await like.click()
  await page.getByRole('button', { name: 'Like 0', exact: true, pressed: false }).waitFor()
  await eventually(async () => assert.deepEqual((await records('basalt.test', LIKES)).filter(({ subject }) => subject === video.uri), []))
  assert.deepEqual(unexpected(complaints), [])
})

test('a like that the server can’t take is taken back, and a session that is over is told', { timeout: 300_000 }, async (t) => {
  const { page } = await openPage(t)
  await page.goto(`${siteUrl()}/sign-in?back=${encodeURIComponent(watchOther)}`, { waitUntil: 'networkidle' })
  await signIn(page, 'aurora.test')
  await page.waitForURL(`**${watchOther}`)
  await page.getByRole('button', { name: 'Your account: Aurora' }).waitFor()
  const like = page.getByRole('button', { name: /^Like \d+$/ })
  const away = '**/xrpc/com.atproto.repo.createRecord'
  await page.route(away, (route) => route.abort())
  await like.click()
  await page.getByText('your server doesn’t answer').waitFor()
  assert.deepEqual([await like.getAttribute('aria-pressed'), await count(page)], ['false', '0'])
  await page.unroute(away)

  revokeAll('aurora.test')
  await like.click()
  await page.getByText('Your session is over. Sign in again').waitFor()
  assert.deepEqual([await like.getAttribute('aria-pressed'), await count(page)], ['false', '0'])
  await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor()
  assert.deepEqual(await records('aurora.test', LIKES).then((all) => all.filter(({ subject }) => subject === other.uri)), [])
})

test('comments are read by anybody, and written, answered and deleted by whoever signed in', { timeout: 300_000 }, async (t) => {
  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}/sign-in?back=${encodeURIComponent(watch)}`, { waitUntil: 'networkidle' })
  await signIn(page, 'basalt.test')
  await page.waitForURL(`**${watch}`)
  const form = page.getByLabel('Your comment')
  await form.fill('x'.repeat(301))
  await page.getByText('1 character too many').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Send' }).isDisabled(), true)

  const hostile = '<img src=x onerror="document.title=1"> https://ink.example/ and javascript:alert(1)'
  await form.fill(hostile)
  await page.getByRole('button', { name: 'Send' }).click()
  const first = page.locator('#comments li').filter({ hasText: 'ink.example' })
  await first.waitFor()
  assert.equal(await form.inputValue(), '')
  const [{ uri, text } = assert.fail()] = (await records('basalt.test', COMMENTS)).filter((record) => record.video === video.uri)
  assert.equal(text, hostile)
  assert.deepEqual(await first.locator('article > p a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))), ['https://ink.example/'])
  assert.equal(await first.locator('img').count(), 0)

  await first.getByRole('button', { name: 'Answer' }).click()
  await page.getByLabel('Your answer to Basalt').fill('It mixes.')
  assert.deepEqual(await axeComplaints(page), [])
  await first.getByRole('button', { name: 'Send' }).click()
  const answer = page.locator('#comments li').filter({ hasText: 'It mixes.' })
  await answer.getByRole('link', { name: 'answers Basalt' }).waitFor()
  const [reply] = (await records('basalt.test', COMMENTS)).filter((record) => record.text === 'It mixes.')
  assert.deepEqual([reply?.reply?.root.uri, reply?.reply?.parent.uri], [uri, uri])

  // Once the index has them, a reader without an account or a script has them, too.
  const reader = await openPage(t, { javaScriptEnabled: false })
  await eventually(async () => {
    await reader.page.goto(`${siteUrl()}${watch}`)
    assert.deepEqual(await reader.page.locator('#comments li').count(), 2)
  }, TRIES)
  assert.match(await reader.page.locator('#comments').innerText(), /It mixes\.[^]*<img src=x onerror/)
  // And whoever wrote them has them once.
  await page.goto(`${siteUrl()}${watch}`, { waitUntil: 'networkidle' })
  await first.first().waitFor()
  assert.equal(await page.locator('#comments li').count(), 2)

  await answer.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'No, keep' }).click()
  for (const comment of [answer, first]) {
    await comment.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Yes, delete' }).click()
    await comment.waitFor({ state: 'detached' })
  }
  await page.getByText('No comments yet.').waitFor()
  assert.deepEqual((await records('basalt.test', COMMENTS)).filter((record) => record.video === video.uri), [])
  await eventually(async () => {
    await reader.page.goto(`${siteUrl()}${watch}`)
    await assert.doesNotReject(reader.page.getByText('No comments yet.').waitFor({ timeout: 1_000 }))
  }, TRIES)
  assert.deepEqual(unexpected(complaints), [])
})

test('further comments come by a link that needs no script, and below the others where there is one', { timeout: 300_000 }, async (t) => {
  const many = 30
  const { accessJwt } = await procedure<{ accessJwt: string }>('com.atproto.server.createSession', { identifier: 'aurora.test', password: account('aurora.test').password })
  const writes = Array.from({ length: many }, (_, number) => ({
    $type: 'com.atproto.repo.applyWrites#create',
    collection: COMMENTS,
    value: { $type: COMMENTS, text: `Thread ${number + 1}`, createdAt: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(), video: other.uri },
  }))
  await procedure('com.atproto.repo.applyWrites', { repo: account('aurora.test').did, validate: false, writes }, accessJwt)
  const reader = await openPage(t, { javaScriptEnabled: false })
  const texts = () => reader.page.locator('#comments li .plain').allInnerTexts()
  await eventually(async () => {
    await reader.page.goto(`${siteUrl()}${watchOther}`)
    assert.equal((await texts()).at(0), `Thread ${many}`)
  }, TRIES)
  const first = await texts()
  await reader.page.getByRole('link', { name: 'More comments' }).click()
  await reader.page.waitForURL(/[?&]comments=/)
  const second = await texts()
  assert.deepEqual([...first, ...second], Array.from({ length: many }, (_, number) => `Thread ${many - number}`))
  await reader.page.getByRole('link', { name: 'Back to the newest comments' }).click()
  await reader.page.waitForURL((url) => !url.searchParams.has('comments'))

  const { page, complaints } = await openPage(t)
  await page.goto(`${siteUrl()}${watchOther}`, { waitUntil: 'networkidle' })
  await page.getByRole('link', { name: 'More comments' }).click()
  await page.locator('#comments li').nth(many - 1).waitFor()
  assert.equal(new URL(page.url()).search, '')
  assert.equal(await page.getByRole('link', { name: 'More comments' }).count(), 0)
  assert.deepEqual(unexpected(complaints), [])
})

/** Goes from the page of signing in through the PDS's own pages; ends where they lead back to. */
async function signIn(page: Page, handle: string): Promise<void> {
  await page.waitForURL(/\/sign-in(\?|$)/)
  await page.getByLabel('Your handle').fill(handle)
  await page.getByRole('button', { name: 'Continue at your server' }).click()
  await atServer(page, handle)
  await page.getByRole('button', { name: 'Authorize' }).click()
}

/** Goes through the PDS's page for the password; ends before the viewer is asked. */
async function atServer(page: Page, handle: string): Promise<void> {
  await page.waitForURL(`${net.urls.pds}/oauth/authorize?**`)
  await page.locator('input[type=password]').fill(account(handle).password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('wants to access your account').waitFor()
}

/** Ends all sessions of an account at its server, as its owner may from elsewhere: in the server's own database, for want of a call that does. */
function revokeAll(handle: string): void {
  const database = new DatabaseSync(join(dirname(NET), 'pds/account.sqlite'), { timeout: 10_000 })
  const { changes } = database.prepare('DELETE FROM token WHERE did = ?').run(account(handle).did)
  database.close()
  assert.ok(changes > 0, 'there was no session to end')
}

const count = (page: Page): Promise<string> => page.locator('.like .total').innerText()

/** Calls a procedure of the PDS. */
async function procedure<T>(method: string, input: object, token?: string): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const answer = await fetch(`${net.urls.pds}/xrpc/${method}`, { method: 'POST', headers, body: JSON.stringify(input) })
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  return JSON.parse(text) as T
}

/** A video of the demo by its media folder, and the path of its page. */
function demo(name: string): [video: Net['videos'][number], watch: string] {
  const found = net.videos.find(({ folder }) => folder.endsWith(name)) ?? assert.fail(`no video ${name}`)
  return [found, `/watch/${found.uri.slice('at://'.length).replace('/place.stream.video/', '/')}`]
}

function account(handle: string) {
  return net.accounts[handle] ?? assert.fail(`no account ${handle}`)
}

interface Listed {
  uri: string
  subject?: string
  video?: string
  text?: string
  reply?: { root: { uri: string }; parent: { uri: string } }
}

/** What a collection of somebody's repo holds. */
async function records(handle: string, collection: string): Promise<Listed[]> {
  const query = new URLSearchParams({ repo: account(handle).did, collection, limit: '100' })
  const { records: all } = (await (await fetch(`${net.urls.pds}/xrpc/com.atproto.repo.listRecords?${query}`)).json()) as { records: { uri: string; value: object }[] }
  return all.map(({ uri, value }) => ({ uri, ...value }))
}

/** Waits until the bundle says so of the video. */
async function indexed(holds: (text: string) => Promise<void>): Promise<void> {
  const { RUNNER_URL, VOD_BUNDLE } = process.env
  await eventually(async () => holds(await (await fetch(`${RUNNER_URL}/bundle/${VOD_BUNDLE}/getVideo?${new URLSearchParams({ uri: video.uri })}`)).text()), TRIES)
}

async function listed(did: string): Promise<{ registered: boolean; videos: number } | undefined> {
  const { creators } = (await (await fetch(`${APPVIEW}/listCreators?all=true&limit=100`)).json()) as { creators: { did: string; registered: boolean; videos: number }[] }
  return creators.find((creator) => creator.did === did)
}

async function operate(call: string, body: object): Promise<void> {
  const answer = await fetch(`${APPVIEW}/${call}`, { method: 'POST', headers: { authorization: `Bearer ${process.env.OPERATOR_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  assert.equal(answer.status, 200, await answer.text())
}

/**
 * What a browser says that is no fault of the site: that a handle is nobody's; that a server asks for its nonce the first
 * time, as it has to (RFC 9449, section 8); and what the PDS's own pages complain of.
 */
function unexpected(complaints: readonly string[]): string[] {
  return complaints.filter((complaint) => !/^error: Failed to load resource: the server responded with a status of 40[01] |document-domain|Uncompiled message detected/.test(complaint))
}
