/** A bundle that its author deployed alone, without a runner: everything that it can reach, and what it can't. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { ROOT } from '../../../scripts/localnet/places.ts'
import { findFreePortBase } from '../../../scripts/localnet/ports.ts'
import { startService, type Service } from '../../../scripts/localnet/service.ts'
import { localConfig } from '../../../scripts/localnet/system/worker-config.ts'
import { wranglerSpec } from '../../../scripts/localnet/system/wrangler.ts'
import { echo, type Conversation } from './echo.ts'

const PROBE = join(ROOT, 'scripts/localnet/bundles/probe')

let dir: string
let bundle: Service
let url: string
let stage: Server
let stageUrl: string
let answer: RequestListener
let conversations: Conversation[] = []

before(async () => {
  await promisify(execFile)(join(ROOT, 'scripts/build'), ['probe'], { cwd: ROOT, timeout: 1_200_000, maxBuffer: 64 << 20 })
  dir = await mkdtemp(join(tmpdir(), 'alone-'))
  stage = createServer((request, response) => answer(request, response))
  stage.on('upgrade', (request, socket) => {
    if (request.url === '/echo') conversations.push(echo(request, socket))
    else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  })
  stage.listen(0, '127.0.0.1')
  await once(stage, 'listening')
  stageUrl = `http://127.0.0.1:${(stage.address() as AddressInfo).port}`
  const port = await findFreePortBase()
  url = `http://127.0.0.1:${port}`
  const config = await localConfig(join(PROBE, 'wrangler.toml'), {
    main: join(PROBE, 'build/index.js'),
    vars: { STAGE_URL: stageUrl, PROBE_SECRET: 'the secret' },
  })
  await mkdir(join(dir, 'probe'))
  bundle = await startService(
    await wranglerSpec({ name: 'probe alone', command: ['dev'], config, dir: join(dir, 'probe'), port, inspectorPort: port + 1, log: join(dir, 'log'), readyPath: '/echo' }),
  )
})
after(async () => {
  await bundle?.stop()
  stage?.closeAllConnections()
  stage?.close()
  await rm(dir, { recursive: true, force: true })
})

const ask = (path: string, init: RequestInit = {}) => fetch(`${url}/${path}`, { signal: AbortSignal.timeout(30_000), redirect: 'manual', ...init })
const post = (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) })
const json = async <T = Record<string, unknown>>(response: Response | Promise<Response>, status = 200): Promise<T> => {
  const { status: actual } = await response
  const text = await (await response).text()
  assert.equal(actual, status, text.slice(0, 500))
  return JSON.parse(text) as T
}
const fault = async (response: Response | Promise<Response>, status: number) => (await json<{ error: string }>(response, status)).error
const query = (pairs: Record<string, string>) => `?${new URLSearchParams(pairs)}`

test('endpoints stand at their names, and any page may ask', async () => {
  const echoed = await ask('echo', { headers: { accept: 'text/plain' } })
  assert.equal(echoed.headers.get('access-control-allow-origin'), '*')
  assert.equal((await json(echoed))['accept'], 'text/plain')
  assert.deepEqual(await json(post('echo', { a: [1] })), { a: [1] })
  const preflight = await ask('anything', { method: 'OPTIONS' })
  assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, '*'])
  assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /POST/)
  const missing = await ask('nothing')
  assert.equal(missing.headers.get('access-control-allow-origin'), '*')
  assert.equal(await fault(missing, 404), 'UnknownEndpoint')
  assert.equal(await fault(ask('blobPut'), 405), 'MethodNotAllowed')
})

test('nobody outside starts a job or a task', async () => {
  for (const path of ['job/tick', 'task/count', 'endpoint/echo']) assert.equal(await fault(post(path, { key: 'x' }), 404), 'UnknownEndpoint')
})

test('settings and secrets come from the environment', async () => {
  assert.deepEqual(await json(ask('config?name=STAGE_URL')), { value: stageUrl })
  assert.deepEqual(await json(ask('config?name=OTHER')), { value: null })
  assert.deepEqual(await json(ask('config?name=BLOBS')), { value: null })
  assert.deepEqual(await json(ask('secret?name=PROBE_SECRET')), { value: 'the secret' })
  assert.equal(await fault(ask('secret?name=NONE'), 503), 'SecretMissing')
})

test('storage: put under conditions, read whole and in parts, list, delete', async () => {
  const put = (more: object, status = 200) => json(post('blobPut', { key: 'a b/ü?', text: 'hello world', ...more }), status)
  const first = await put({ contentType: 'text/plain', ifAbsent: true })
  assert.deepEqual([first['key'], first['size'], first['contentType']], ['a b/ü?', 11, 'text/plain'])
  assert.equal((await put({ ifAbsent: true }, 412))['error'], 'PreconditionFailed')
  assert.equal((await put({ ifMatch: '0123' }, 412))['error'], 'PreconditionFailed')
  const second = await put({ contentType: 'text/plain', text: 'hello there', ifMatch: first['etag'] })
  assert.notEqual(second['etag'], first['etag'])

  const at = `blobGet${query({ key: 'a b/ü?' })}`
  // Else the platform compresses what goes out, and then says no length.
  const whole = await ask(at, { headers: { 'accept-encoding': 'identity' } })
  assert.deepEqual([whole.status, whole.headers.get('content-type'), whole.headers.get('content-length')], [200, 'text/plain', '11'])
  assert.equal(whole.headers.get('etag'), `"${second['etag']}"`)
  assert.equal(await whole.text(), 'hello there')
  const head = await ask(at, { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '11', ''])
  const known = await ask(at, { headers: { 'if-none-match': `"${second['etag']}"` } })
  assert.deepEqual([known.status, await known.text()], [304, ''])

  for (const [range, part, bytes] of [
    ['bytes=0-4', 'bytes 0-4/11', 'hello'],
    ['bytes=6-', 'bytes 6-10/11', 'there'],
    ['bytes=6-9999', 'bytes 6-10/11', 'there'],
    ['bytes=-3', 'bytes 8-10/11', 'ere'],
    ['bytes=-999', 'bytes 0-10/11', 'hello there'],
    ['bytes=0-18446744073709551615', 'bytes 0-10/11', 'hello there'],
  ] as const) {
    const answer = await ask(at, { headers: { range } })
    assert.deepEqual([answer.status, answer.headers.get('content-range'), await answer.text()], [206, part, bytes], range)
  }
  for (const range of ['bytes=11-', 'bytes=18446744073709551615-', 'bytes=99-100']) {
    const answer = await ask(at, { headers: { range } })
    assert.equal(answer.headers.get('content-range'), 'bytes */11', range)
    assert.equal(await fault(answer, 416), 'RangeNotSatisfiable')
  }
  assert.deepEqual(await json(ask(`blobRead${query({ key: 'a b/ü?' })}`)), { bytes: 11, text: 'hello there' })

  await json(post('blobPut', { key: 'empty' }))
  assert.deepEqual(await json(ask('blobRead?key=empty')), { bytes: 0, text: '' })
  assert.equal(await fault(ask('blobGet?key=empty', { headers: { range: 'bytes=0-' } }), 416), 'RangeNotSatisfiable')

  const page = await json<{ blobs: { key: string }[]; cursor: string }>(ask('blobList?limit=1'))
  assert.deepEqual(page.blobs.map(({ key }) => key), ['a b/ü?'])
  const rest = await json<{ blobs: { key: string }[]; cursor?: string }>(ask(`blobList${query({ cursor: page.cursor })}`))
  assert.deepEqual([rest.blobs.map(({ key }) => key), rest.cursor], [['empty'], undefined])
  for (const key of ['a b/ü?', 'empty', 'never there']) assert.equal((await post('blobDelete', { key })).status, 204)
  assert.deepEqual(await json(ask('blobList')), { blobs: [] })
  assert.deepEqual(await json(ask('blobHead?key=empty')), null)
  assert.equal(await fault(ask('blobGet?key=empty'), 404), 'NoSuchBlob')
  assert.equal(await fault(ask('blobGet?key=..'), 400), 'InvalidKey')
})

test('the cache keeps, and forgets when told', async () => {
  assert.equal((await post('cachePut', { key: 'k/ü', text: 'kept', seconds: 60 })).status, 204)
  assert.equal(await (await ask(`cacheGet${query({ key: 'k/ü' })}`)).text(), 'kept')
  assert.equal((await post('cacheDelete', { key: 'k/ü' })).status, 204)
  assert.equal(await fault(ask(`cacheGet${query({ key: 'k/ü' })}`), 404), 'NotCached')
})

test('of calls that want the same work one does it', async () => {
  let worked = 0
  answer = (_, response) => void setTimeout(() => response.end(`made ${++worked}`), 200)
  const asked = await Promise.all(Array.from({ length: 8 }, () => json(ask(`flight${query({ key: 'one', url: `${stageUrl}/work` })}`))))
  assert.equal(worked, 1)
  assert.deepEqual(new Set(asked.map(({ text }) => text)), new Set(['made 1']))
  assert.equal(asked.filter(({ made }) => made).length, 1)
})

test('who waits too long for the work of another is told so', async () => {
  let release = () => {}
  const begun = new Promise<void>((resolve) => {
    answer = (_, response) => {
      release = () => response.end('late')
      resolve()
    }
  })
  const slow = json(ask(`flight${query({ key: 'slow', url: `${stageUrl}/work` })}`))
  await begun
  assert.equal(await fault(ask(`flight${query({ key: 'slow', url: `${stageUrl}/work`, waitMs: '60' })}`), 503), 'Busy')
  release()
  assert.deepEqual(await slow, { text: 'late', made: true })
})

test('a trigger starts the jobs whose expression it spells, and no other', async () => {
  const trigger = async (cron: string) => assert.equal((await ask(`cdn-cgi/handler/scheduled${query({ cron })}`)).status, 200)
  const ticks = async () => (await json<{ text: string } | null>(ask('blobRead?key=ticks')))?.text
  await trigger('*/5 * * * *')
  assert.equal(await ticks(), undefined)
  await trigger('* * * * *')
  await trigger('* * * * *')
  assert.equal(await ticks(), '2')
})

test('tasks and other bundles need a runner', async () => {
  assert.equal(await fault(post('enqueue', { input: { key: 'x' } }), 501), 'NeedsRunner')
  assert.equal(await fault(ask('taskStatus?id=x'), 501), 'NeedsRunner')
  assert.equal(await fault(ask('call?bundle=did:web:example.com/other&endpoint=echo'), 501), 'NeedsRunner')
})

test('a stream comes whole, and one that breaks off is not taken for whole', async () => {
  const bytes = Buffer.from(await (await ask('stream?mib=8')).arrayBuffer())
  assert.equal(bytes.length, 8 << 20)
  for (let piece = 0; piece < 128; piece++) assert.equal(bytes[piece << 16], piece)
  const broken = await ask('broken?mib=1')
  assert.equal(broken.status, 200)
  await assert.rejects(broken.arrayBuffer())
})

test("another server's body passes as it comes", async () => {
  let finish = () => {}
  answer = (_, response) => {
    response.writeHead(203, { 'content-type': 'text/odd' })
    response.write('one ')
    finish = () => response.end('two')
  }
  const passed = await ask(`pass${query({ url: `${stageUrl}/slow` })}`)
  assert.deepEqual([passed.status, passed.headers.get('content-type')], [203, 'text/odd'])
  const reader = (passed.body ?? assert.fail()).getReader()
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'one ')
  finish()
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'two')
})

test('requests to elsewhere keep to their limits', async () => {
  answer = (request, response) => {
    if (request.url === '/there') response.end('0123456789')
    else if (request.url === '/redirect') response.writeHead(302, { location: '/there' }).end()
    else if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('01234', () => response.destroy())
  }
  const to = (path: string, more = {}) => ask(`fetch${query({ url: stageUrl + path, ...more })}`)
  assert.deepEqual(await json(to('/redirect')), { status: 200, url: `${stageUrl}/there`, bytes: 10, text: '0123456789' })
  assert.equal(await fault(to('/there', { maxBytes: '9' }), 502), 'UpstreamFailed')
  assert.equal(await fault(to('/never', { deadlineMs: '50' }), 504), 'UpstreamTimeout')
  assert.equal(await fault(to('/half'), 503), 'UpstreamUnavailable')
  assert.equal(await fault(ask(`pass${query({ url: `${stageUrl}/never`, deadlineMs: '50' })}`), 504), 'UpstreamTimeout')
})

test('a WebSocket carries texts and bytes both ways', async () => {
  const socket = (more: [string, string][]) => ask(`socket?${new URLSearchParams([['url', `${stageUrl.replace('http', 'ws')}/echo`], ...more])}`)
  conversations = []
  const heard = await json<string[]>(socket([['say', 'grüezi'], ['say', 'x'.repeat(300)], ['close', '4002']]))
  assert.deepEqual(heard, ['text:grüezi', 'binary:grüezi', `text:${'x'.repeat(300)}`, `binary:${'x'.repeat(300)}`])
  assert.equal(await conversations[0]?.closedWith, 4002)
  assert.deepEqual(await json(socket([['say', 'a'], ['say', 'bye']])), ['text:a', 'binary:a', 'closed'])
  assert.equal(await fault(socket([['say', 'hush'], ['deadlineMs', '80']]), 504), 'UpstreamTimeout')
  assert.equal(await conversations[2]?.closedWith, 1000)
  assert.equal(await fault(socket([['say', 'drop']]), 503), 'UpstreamUnavailable')
  assert.equal(await fault(ask(`socket${query({ url: `${stageUrl.replace('http', 'ws')}/nowhere` })}`), 503), 'UpstreamUnavailable')
})

test('a panic is an error of its own call: those under way go on', async () => {
  let finish = () => {}
  const begun = new Promise<void>((resolve) => {
    answer = (_, response) => {
      finish = () => response.end('all of it')
      resolve()
    }
  })
  const underWay = json(ask(`fetch${query({ url: `${stageUrl}/slow` })}`))
  await begun
  assert.equal(await fault(ask('panic?text=oh'), 500), 'InternalError')
  finish()
  assert.equal((await underWay)['text'], 'all of it')
  const log = await readFile(join(dir, 'log'), 'utf8')
  assert.match(log, /error - endpoint panic panicked: oh/)
  assert.match(log, /values\.rs:\d+/)
})

test('what no answer can be is an error, and so is a body that is too large', async () => {
  assert.equal(await fault(ask('status?code=99'), 500), 'InternalError')
  const away = await ask('status?code=302')
  assert.deepEqual([away.status, away.headers.get('location')], [302, '/elsewhere'])
  const empty = await ask('status?code=204')
  assert.deepEqual([empty.status, await empty.text()], [204, ''])
  assert.equal(await fault(ask('echo', { method: 'POST', body: JSON.stringify('x'.repeat(1 << 20)) }), 413), 'BodyTooLarge')
})
