import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ask, askJson, assertFault, type Answer, type Ask } from './ask.ts'
import { moveTo, newAuthor } from './identity.ts'
import { pointChannel, publish, type Author } from './publish.ts'
import { openStage, type Stage } from './stage.ts'
import { ADMIN_TOKEN, PDS_URL, STAGE_URL, VOD_BUNDLE } from './system.ts'

/** Tells its settings and what it was sent; keeps a blob; has a job and a task. */
const TELLER = `
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/endpoint/look": return Response.json({ who: env.WHO ?? null, headers: Object.fromEntries(request.headers) });
      case "/endpoint/keep": return env.HOST.fetch("https://host/blobs/kept", { method: "PUT", headers: { "content-length": "4" }, body: "kept" });
      case "/endpoint/kept": return env.HOST.fetch("https://host/blobs/kept");
      case "/endpoint/start": return env.HOST.fetch("https://host/tasks/work", { method: "POST", body: JSON.stringify("input") });
    }
    return new Response(null, { status: 204 });
  },
}
`

let author: Author
/** `did/name` of a bundle with everything. */
let teller: string
let stage: Stage

before(async () => {
  author = await newAuthor('admin-author')
  const release = await publish(author, {
    name: 'teller',
    modules: { 'index.js': TELLER },
    endpoints: ['look', 'POST look', 'keep', 'kept', 'start'],
    blobs: { maxBytes: 100 },
    config: ['WHO'],
    more: { jobs: [{ name: 'tick', cron: '0 0 1 1 *' }], tasks: [{ name: 'work', concurrency: 1, retries: 0 }] },
  })
  await pointChannel(author, 'teller', 'latest', release)
  teller = `${author.did}/teller`
  stage = await openStage(async (request, response) => {
    const answer = await fetch(`${PDS_URL}${request.url}`)
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(Buffer.from(await answer.arrayBuffer()))
  })
})
after(() => stage.close())

async function admin(request: string, body?: unknown): Promise<Answer> {
  const [method = '', path = ''] = request.split(' ')
  return checked(await ask(`/admin/${path}`, { method, headers: { authorization: `Bearer ${ADMIN_TOKEN}` }, ...(body !== undefined && { body: JSON.stringify(body) }) }))
}

async function adminJson<T = Record<string, unknown>>(request: string, body?: unknown, status = 200): Promise<T> {
  const answer = await admin(request, body)
  assert.equal(answer.status, status, `${request}: ${answer.text}`)
  return JSON.parse(answer.text) as T
}

/** No page of another origin may read what the operator is told. */
function checked(answer: Answer): Answer {
  assert.equal(answer.headers.get('access-control-allow-origin'), null)
  assert.equal(answer.headers.get('access-control-expose-headers'), null)
  assert.equal(answer.headers.get('cross-origin-resource-policy'), 'same-origin')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f]{16}$/)
  return answer
}

function assertRefused(answer: Answer, status: number, name: string, what = ''): string {
  const { error, message } = JSON.parse(answer.text) as { error: string; message: string }
  assert.deepEqual([answer.status, error], [status, name], `${what} ${answer.text}`)
  return message
}

test('nobody comes in without the token', async () => {
  for (const authorization of [undefined, '', 'Bearer', 'Bearer wrong', `Basic ${ADMIN_TOKEN}`, ADMIN_TOKEN, `Bearer ${ADMIN_TOKEN}x`, `Bearer ${ADMIN_TOKEN.slice(1)}`]) {
    for (const [method, path] of [['GET', 'installations'], ['PUT', `installations/${teller}`], ['DELETE', `installations/${teller}`], ['POST', `purge/${teller}`], ['GET', 'nothing'], ['OPTIONS', 'installations']] as const) {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = checked(await ask(`/admin/${path}`, { method, headers: { ...headers, 'content-length': '0' } }))
      assertRefused(answer, 401, 'Unauthorized', `${method} ${path} ${authorization}`)
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer /)
    }
  }
})

test('what there is not is refused', async () => {
  for (const [request, status, error] of [
    ['GET ', 404, 'NotFound'],
    ['GET nothing', 404, 'NotFound'],
    ['POST installations', 405, 'MethodNotAllowed'],
    [`GET installations/${teller}`, 405, 'MethodNotAllowed'],
    ['OPTIONS installations', 405, 'MethodNotAllowed'],
    [`POST purge/${teller}?blob=true`, 400, 'InvalidInput'],
    [`GET runs/${teller}?limit=1000`, 400, 'InvalidInput'],
    ['PUT installations/did:web:localhost/teller', 400, 'InvalidDid'],
    [`GET runs/${teller}`, 404, 'NotInstalled'],
    [`GET tasks/${teller}`, 404, 'NotInstalled'],
    [`POST run/${teller}/tick`, 404, 'NotInstalled'],
  ] as const) {
    assertRefused(await admin(request), status, error, request)
  }
})

test('a bundle is installed with its settings, changed and uninstalled', async () => {
  const look = async () => (await askJson<{ who: string | null }>(`/bundle/${teller}/latest/look`)).who
  assert.equal(await look(), null)
  for (const [request, status, error, part] of [
    [{ config: { WHOM: 'x' } }, 400, 'UnknownSetting', 'it has WHO'],
    [{ channel: 'beta' }, 404, 'UnknownBundle', 'teller:beta'],
    [{ settings: {} }, 400, 'InvalidInput', 'settings'],
    [{ config: { WHO: 7 } }, 400, 'InvalidInput', 'string'],
    [{ host: '10.0.0.1' }, 400, 'InvalidHost', '10.0.0.1'],
  ] as const) {
    assert.ok(assertRefused(await admin(`PUT installations/${teller}`, request), status, error).includes(part), JSON.stringify(request))
  }
  assert.ok(!JSON.stringify(await adminJson('GET installations')).includes('teller'))

  const expected = { did: author.did, name: 'teller', channel: 'latest', config: { WHO: 'first' } }
  const installed = await adminJson(`PUT installations/${teller}`, { config: { WHO: 'first' } })
  assert.deepEqual([installed['installation'], installed['version']], [expected, '1.0.0'])
  assert.deepEqual(await adminJson(`PUT installations/${teller}`, { config: { WHO: 'first' } }), installed, 'again is the same')
  assert.equal(await look(), 'first')
  assert.equal((await askJson(`/bundle/${teller}/latest`))['installed'], true)
  const { installations } = await adminJson<{ installations: { name: string }[] }>('GET installations')
  assert.deepEqual(installations.filter(({ name }) => name === 'teller'), [expected])
  assert.ok(installations.some(({ name }) => name === 'atmosphereconf-vod'), 'those of the environment are listed too')

  await adminJson(`PUT installations/${teller}`, { config: { WHO: 'second' }, caps: { cpuMs: 20 } })
  assert.equal(await look(), 'second')
  assert.deepEqual((await askJson(`/bundle/${teller}/latest`))['limitsHere'], { cpuMs: 20, subRequests: 50 })

  assert.deepEqual(await adminJson(`DELETE installations/${teller}`), { uninstalled: true })
  assert.deepEqual(await adminJson(`DELETE installations/${teller}`), { uninstalled: false })
  assert.equal(await look(), null)
  const [did, name] = VOD_BUNDLE.split('/')
  assertRefused(await admin(`DELETE installations/${did}/${name}`), 409, 'InstalledByEnvironment')
})

test('a host of its own serves one bundle and nothing else', async () => {
  const host = 'teller.localhost'
  const on = (path: string, options: Ask = {}) => ask(path, { ...options, headers: { host, ...options.headers } })
  assert.equal((await on('/look')).status, 404)
  await adminJson(`PUT installations/${teller}`, { config: { WHO: 'hosted' }, host })
  const look = await on('/look')
  assert.deepEqual([look.status, (JSON.parse(look.text) as { who: string }).who], [200, 'hosted'], look.text)
  const about = await on('/')
  assert.equal((JSON.parse(about.text) as { name: string }).name, 'teller')
  const page = await on('/', { headers: { accept: 'text/html' } })
  assert.match(page.text, /http:\/\/teller\.localhost(:\d+)?\/look/)
  for (const path of ['/bundle', '/health', '/admin', '/tasks']) assertFault(await on(path), 404, 'UnknownEndpoint', path)
  // The same path twice: what a request learns must not open another way in.
  for (let round = 0; round < 2; round++) {
    assert.equal((await on('/look')).status, 200)
    assertFault(await on(`/bundle/${teller}/latest/look`), 404, 'NotFound')
  }
  for (const path of [`/bundle/${teller}/latest/look`, '/admin/installations', '/tasks/x.y', '/.well-known/at-run.json', '/favicon.ico', '/look/', '//look']) {
    assertFault(await on(path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }), 404, 'NotFound', path)
  }
  assertFault(await on('/look', { method: 'DELETE' }), 405, 'MethodNotAllowed')
  const [did, name] = VOD_BUNDLE.split('/')
  const other = await admin(`PUT installations/${did}/${name}`, { host })
  assert.ok(assertRefused(other, 409, 'HostTaken').includes(teller))
  await adminJson(`DELETE installations/${teller}`)
  assert.equal((await on('/look')).status, 404)
})

test('bad_input_39_a_credential_reaches_a_bundle_and_the_admin_token_never', async () => {
  const sent = async (authorization: string | string[], method = 'GET') => {
    const { headers } = await askJson<{ headers: Record<string, string> }>(`/bundle/${teller}/latest/look`, { method, headers: { authorization }, ...(method === 'POST' && { body: '{}' }) })
    assert.ok(!JSON.stringify(headers).includes(ADMIN_TOKEN), JSON.stringify(headers))
    return headers['authorization']
  }
  assert.equal(await sent('Bearer a-users-own'), 'Bearer a-users-own')
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  for (const value of [`Bearer ${ADMIN_TOKEN}`, `bearer ${ADMIN_TOKEN}`, ADMIN_TOKEN, `Token token="${ADMIN_TOKEN}"`, basic(`admin:${ADMIN_TOKEN}`), basic(`${ADMIN_TOKEN}:`), `Bearer x, Bearer ${ADMIN_TOKEN}`]) {
    for (const method of ['GET', 'POST']) assert.equal(await sent(value, method), undefined, value)
  }
})

test('bad_input_16_what_a_client_says_of_itself_has_no_effect', async () => {
  const path = `/bundle/${teller}/latest/look`
  const { headers } = await askJson<{ headers: Record<string, string> }>(path, {
    headers: { 'x-request-id': 'mine', 'at-run-request-id': 'mine', 'at-run-attempt': '9', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', 'accept-encoding': 'gzip;q=0, *;q=7', range: ['bytes=0-1', 'bytes=5-'] },
  })
  assert.match(headers['at-run-request-id'] ?? '', /^[0-9a-f]{16}$/)
  for (const name of ['x-request-id', 'at-run-attempt', 'x-forwarded-host', 'x-forwarded-proto']) assert.equal(headers[name], undefined, name)
  const answer = await ask(path, { headers: { 'x-request-id': '0123456789abcdef', 'at-run-request-id': '0123456789abcdef' } })
  assert.equal((JSON.parse(answer.text) as { headers: Record<string, string> }).headers['at-run-request-id'], answer.headers.get('x-request-id'))
  assert.notEqual(answer.headers.get('x-request-id'), '0123456789abcdef')
})

test('a purge forgets proofs and modules, and what a bundle keeps only when it is told to', async () => {
  const moved = await newAuthor('purged')
  await moveTo(moved, STAGE_URL)
  const { path } = await publish(moved, {
    name: 'keeper',
    modules: { 'index.js': TELLER },
    endpoints: ['keep', 'kept'],
    blobs: { maxBytes: 100 },
  })
  const bundle = `${moved.did}/keeper`
  assert.equal((await ask(`${path}/keep`)).status, 200)
  stage.seen.length = 0
  assert.equal((await ask(`${path}/kept`)).text, 'kept')
  assert.equal(stage.seen.length, 0, 'all is known')

  assert.deepEqual(await adminJson(`POST purge/${bundle}`), { entries: 2, blobs: null })
  assert.equal((await ask(`${path}/kept`)).text, 'kept')
  assert.ok(stage.seen.some((url) => url.includes('sync.getRecord')), 'the release is proven anew')
  assert.deepEqual(await adminJson(`POST purge/${bundle}?blobs=true`), { entries: 2, blobs: 1 })
  assert.equal((await ask(`${path}/kept`)).status, 404)
  assert.equal((await ask(`${path}/keep`)).status, 200, 'its account is empty too')
  assert.deepEqual(await adminJson(`POST purge/${author.did}/never-seen?blobs=true`), { entries: 0, blobs: 0 })
})

interface JobEntry {
  job: string
  cron: string
  lastRun: { outcome: string } | null
}

test('jobs are listed, run at once, and their runs told', async () => {
  await adminJson(`PUT installations/${teller}`, {})
  const jobs = async () => (await adminJson<{ jobs: (JobEntry & { did: string })[] }>('GET jobs')).jobs.filter(({ did }) => did === author.did)
  const [before] = await jobs()
  assert.deepEqual([before?.job, before?.cron, before?.lastRun], ['tick', '0 0 1 1 *', null])
  assert.ok(assertRefused(await admin(`POST run/${teller}/tack`), 404, 'UnknownJob').includes('it has tick'))
  const started = await adminJson(`POST run/${teller}/tick`, undefined, 202)
  assert.deepEqual([started['job'], started['name']], ['tick', 'teller'])
  const runs = async () => (await adminJson<{ runs: { job: string; outcome?: string }[] }>(`GET runs/${teller}?job=tick&limit=5`)).runs
  await until(async () => (await runs())[0]?.outcome === 'done')
  assert.equal((await runs()).length, 1)
  assert.equal((await jobs())[0]?.lastRun?.outcome, 'done')
  assert.deepEqual((await adminJson<{ runs: object[] }>(`GET runs/${teller}?job=other`)).runs, [])
})

test('a task is told under its id, and to the operator', async () => {
  await adminJson(`PUT installations/${teller}`, {})
  const { id } = await askJson<{ id: string }>(`/bundle/${teller}/latest/start`)
  const status = () => askJson<{ state: string; bundle: string; task: string }>(`/tasks/${id}`)
  await until(async () => (await status()).state === 'done')
  assert.deepEqual([(await status()).bundle, (await status()).task], [teller, 'work'])
  const { tasks } = await adminJson<{ tasks: { id: string; state: string }[] }>(`GET tasks/${teller}`)
  assert.deepEqual(tasks.map((task) => [task.id, task.state]), [[id, 'done']])
  const other = `${id.slice(0, -26)}${'a'.repeat(26)}`
  assertFault(await ask(`/tasks/${other}`), 404, 'UnknownTask')
  assertFault(await ask(`/tasks/${id}`, { method: 'DELETE' }), 405, 'MethodNotAllowed')
})

/** Asks until it is so; what never comes fails by the number of tries. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 60; !(await isSo()); tries--) {
    assert.ok(tries > 0, 'it never came')
    await pause(500)
  }
}
