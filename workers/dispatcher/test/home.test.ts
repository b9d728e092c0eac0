/** The runner's own page, as a browser shows it. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { ask, askJson, assertCommon, assertFault } from './ask.ts'
import { openPage } from './chromium.ts'
import { newAuthor } from './identity.ts'
import { publish, type Published } from './publish.ts'
import { RUNNER_URL, VOD_BUNDLE } from './system.ts'

const [did = '', name = '', channel = ''] = VOD_BUNDLE.split('/')
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

let published: Published

before(async () => {
  const author = await newAuthor('homely')
  const long = `a-name-of-${'n'.repeat(54)}`
  published = await publish(author, { name: long, endpoints: ['hello'], modules: { 'index.js': 'export default { fetch: () => new Response("hello") }', [`${'long/'.repeat(20)}x.txt`]: { type: 'text', bytes: 'x' } } })
})

/** What axe finds wrong, a line each. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = (await page.evaluate('axe.run(document)')) as AxeResults
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)}: ${failureSummary}`))
}

test('a browser gets a page, and everybody else what the runner says of itself', async () => {
  const about = await askJson('/.well-known/at-run.json')
  for (const accept of ['*/*', 'application/json', '']) {
    const answer = await ask('/', { headers: { accept } })
    assert.deepEqual([answer.status, answer.headers.get('content-type'), answer.headers.get('vary')], [200, 'application/json', 'Accept'], accept)
    assert.deepEqual(JSON.parse(answer.text), about)
  }
  const page = await ask('/', { headers: BROWSER })
  assert.deepEqual([page.status, page.headers.get('content-type'), page.headers.get('vary')], [200, 'text/html; charset=utf-8', 'Accept'])
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-[\w+/=]+'; /)
  assertCommon(page)
  assertFault(await ask('/', { method: 'POST', headers: { 'content-length': '0' } }), 405, 'MethodNotAllowed')
  assert.equal((await ask('/', { method: 'HEAD', headers: BROWSER })).text, '')
})

test('the page leads to every installed bundle, and to what programs read', async (t) => {
  await askJson(`/bundle/${did}/${name}/${channel}`)
  const page = await openPage(t)
  await page.goto(`${RUNNER_URL}/`)
  const text = await page.locator('main').innerText()
  for (const part of [new URL(RUNNER_URL).host, "Everybody's.", 'POLICY=open', `at-run verify did:`, `--runner ${RUNNER_URL}`, 'the list of installations can be read', 'confirmed']) assert.ok(text.includes(part), `${part} is not in ${text}`)
  const links = (await page.evaluate(`[...document.querySelectorAll('a')].map((link) => link.href)`)) as string[]
  for (const path of ['/health', '/.well-known/at-run.json', `/bundle/${did}/${name}/${channel}`, `/bundle/${did}/${name}`]) assert.ok(links.includes(`${RUNNER_URL}${path}`), `${path} is not in ${links.join(' ')}`)
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { name: 'Where it comes from' }).waitFor()
  await page.getByRole('link', { name: new URL(RUNNER_URL).host }).click()
  await page.getByRole('heading', { name: 'Whose bundles run here' }).waitFor()
})

test("a release's page tells the whole chain and the command that goes it again", async () => {
  const { text } = await ask(published.path, { headers: BROWSER })
  const about = await askJson<{ did: string; name: string; pds: string; signingKey: string; commit: string; rev: string; record: string; cid: string; modules: { path: string; cid: string }[] }>(published.path)
  const { pds, signingKey, commit, rev, record, cid, modules } = about
  for (const part of [pds, `did:key:${signingKey}`, commit, rev, record, cid, ...modules.flatMap((module) => [module.path, module.cid]), `at-run verify ${about.did}/${about.name}@1.0.0 --runner ${RUNNER_URL}</pre>`]) {
    assert.ok(text.includes(part), `${part} is not in ${text}`)
  }
})

for (const [size, viewport] of [['phone', { width: 360, height: 740 }], ['desktop', { width: 1280, height: 800 }]] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`both pages are accessible, fetch nothing and fit: ${size}, ${colorScheme}`, async (t) => {
      const page = await openPage(t, { viewport, colorScheme, bypassCSP: true })
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      for (const path of ['/', published.path]) {
        await page.goto(`${RUNNER_URL}${path}`)
        assert.deepEqual(await complaints(page), [], path)
        assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, `${path} is wider than the screen`)
      }
      assert.deepEqual(asked.filter((url) => !url.endsWith('/favicon.ico')), [`${RUNNER_URL}/`, `${RUNNER_URL}${published.path}`])
    })
  }
}
