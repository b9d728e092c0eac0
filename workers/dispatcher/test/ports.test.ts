/** What the SDK lends a bundle, behind a runner: requests to elsewhere, other bundles, settings, the log. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { echo, type Conversation } from './echo.ts'
import { PROBE, PROBE_PATH, fault, json, logged, post, probe, query } from './probe.ts'
import { pointChannel, publish, signIn } from './publish.ts'
import { openStage, type Stage } from './stage.ts'
import { PDS_URL, RUNNER_URL, STAGE_URL } from './system.ts'

/** What the probe may call: says what it was asked, passes bytes, and calls back. */
const PROBED = `
export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    switch (pathname) {
      case "/endpoint/show": return Response.json({ search, method: request.method, body: await request.text(), id: request.headers.get("at-run-request-id") }, { status: 203 });
      case "/endpoint/refuses": return Response.json({ error: "NotToday", message: "come back" }, { status: 503, headers: { "retry-after": "7" } });
      case "/endpoint/bytes": return new Response(new Uint8Array(3 << 20).fill(7), { headers: { "content-type": "video/mp4" } });
      case "/endpoint/page": return new Response("<p>no JSON");
      case "/endpoint/back": return env.HOST.fetch("https://host/call/${encodeURIComponent(PROBE.split('/')[0] ?? '')}/probe/call?bundle=config:OTHER&endpoint=back");
    }
  },
};
`

let stage: Stage
let conversations: Conversation[] = []
/** `did/name` of what the probe may call. */
let probed: string

before(async () => {
  const author = await signIn('operator.test')
  probed = `${author.did}/probed`
  const release = await publish(author, { name: 'probed', modules: { 'index.js': PROBED }, endpoints: ['show', 'POST show', 'refuses', 'bytes', 'page', 'back'], bundles: [PROBE] })
  await pointChannel(author, 'probed', 'latest', release)
  stage = await openStage((_, response) => response.end())
  stage.upgrade = (request, socket) => {
    if (request.url === '/echo') conversations.push(echo(request, socket))
    else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  }
})
after(() => stage.close())

test('what a call is told of its request, and that its name is the one outside', async () => {
  const answer = await probe('echo', { headers: { accept: 'text/plain', authorization: 'Bearer mine', range: 'bytes=0-1', 'at-run-request-id': 'forged' } })
  const { now, ...said } = await json<{ now: number }>(answer)
  assert.deepEqual(said, { method: 'GET', requestId: answer.headers.get('x-request-id'), accept: 'text/plain', authorization: 'Bearer mine', range: 'bytes=0-1' })
  assert.ok(Number.isInteger(now) && now > 1_600_000_000_000)
  assert.deepEqual(await json(post('echo', { a: [1, 'ü'] })), { a: [1, 'ü'] })
})

test("settings are the operator's, and nothing else is one", async () => {
  assert.deepEqual(await json(probe('config?name=STAGE_URL')), { value: STAGE_URL })
  assert.deepEqual(await json(probe('config?name=OTHER')), { value: `${RUNNER_URL}/bundle/${probed}/latest` })
  for (const name of ['HOST', 'BLOBS', 'BUCKET', 'RUNNER_KEYS', 'ADMIN_TOKEN', 'PLC_URL', 'NOTHING']) assert.deepEqual(await json(probe(`config?name=${name}`)), { value: null }, name)
  assert.equal(await fault(probe('config'), 400), 'InvalidInput')
})

test('requests to elsewhere keep to their limits, and end where the release ends', async () => {
  stage.answer = (request, response) => {
    if (request.url === '/there') response.end('0123456789')
    else if (request.url === '/redirect') response.writeHead(302, { location: '/there' }).end()
    else if (request.url === '/away') response.writeHead(302, { location: `${PDS_URL}/xrpc/_health` }).end()
    else if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('01234', () => response.destroy())
    else if (request.url === '/missing') response.writeHead(404).end('no such thing')
  }
  const to = (url: string, more = {}) => probe(`fetch${query({ url, ...more })}`)
  assert.deepEqual(await json(to(`${STAGE_URL}/redirect`)), { status: 200, url: `${STAGE_URL}/there`, bytes: 10, text: '0123456789' })
  assert.deepEqual(await json(to(`${STAGE_URL}/missing`)), { status: 404, url: `${STAGE_URL}/missing`, bytes: 13, text: 'no such thing' })
  assert.equal(await fault(to(`${STAGE_URL}/there`, { maxBytes: '9' }), 502), 'UpstreamFailed')
  assert.equal(await fault(to(`${STAGE_URL}/never`, { deadlineMs: '50' }), 504), 'UpstreamTimeout')
  assert.equal(await fault(to(`${STAGE_URL}/half`), 503), 'UpstreamUnavailable')
  assert.equal(await fault(probe(`pass${query({ url: `${STAGE_URL}/never`, deadlineMs: '50' })}`), 504), 'UpstreamTimeout')
  for (const url of [`${PDS_URL}/xrpc/_health`, `${STAGE_URL}/away`, 'https://undeclared.example.com/', 'http://localhost/', `${RUNNER_URL}/health`]) {
    const answer = await to(url)
    assert.equal(await fault(answer, 500), 'NotPermitted', url)
    assert.doesNotMatch(answer.text, /undeclared|refused|localhost|127/, 'why is for the log')
    await logged(`warn ${answer.headers.get('x-request-id')} endpoint fetch: 500 NotPermitted`)
  }
})

test("another server's body passes as it comes", async () => {
  let finish = () => {}
  stage.answer = (_, response) => {
    response.writeHead(203, { 'content-type': 'text/odd' })
    response.write('one ')
    finish = () => response.end('two')
  }
  const passed = await fetch(`${RUNNER_URL}${PROBE_PATH}/pass${query({ url: `${STAGE_URL}/slow` })}`, { signal: AbortSignal.timeout(20_000) })
  assert.deepEqual([passed.status, passed.headers.get('content-type')], [203, 'text/odd'])
  const reader = (passed.body ?? assert.fail()).getReader()
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'one ')
  finish()
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'two')
})

test('a stream comes whole, and one that breaks off is not taken for whole', async () => {
  const streamed = (path: string) => fetch(`${RUNNER_URL}${PROBE_PATH}/${path}`, { signal: AbortSignal.timeout(20_000) })
  const bytes = Buffer.from(await (await streamed('stream?mib=8')).arrayBuffer())
  assert.equal(bytes.length, 8 << 20)
  for (let piece = 0; piece < 128; piece++) assert.deepEqual(bytes.subarray(piece << 16, (piece + 1) << 16), Buffer.alloc(1 << 16, piece), `piece ${piece}`)
  const broken = await streamed('broken?mib=1')
  assert.equal(broken.status, 200)
  await assert.rejects(broken.arrayBuffer())
  const head = await probe('stream?mib=8', { method: 'HEAD' })
  assert.deepEqual([head.status, head.text], [200, ''])
})

test('a WebSocket carries texts and bytes both ways, where the release leads', async () => {
  const ws = STAGE_URL.replace('http', 'ws')
  const socket = (url: string, more: [string, string][] = []) => probe(`socket${query([['url', url], ...more])}`)
  conversations = []
  const heard = await json<string[]>(socket(`${ws}/echo`, [['say', 'grüezi'], ['say', 'x'.repeat(300)], ['close', '4002']]))
  assert.deepEqual(heard, ['text:grüezi', 'binary:grüezi', `text:${'x'.repeat(300)}`, `binary:${'x'.repeat(300)}`])
  assert.equal(await conversations[0]?.closedWith, 4002)
  assert.deepEqual(await json(socket(`${ws}/echo`, [['say', 'a'], ['say', 'bye']])), ['text:a', 'binary:a', 'closed'])
  assert.equal(await fault(socket(`${ws}/echo`, [['say', 'hush'], ['deadlineMs', '80']]), 504), 'UpstreamTimeout')
  assert.equal(await conversations[2]?.closedWith, 1000)
  assert.equal(await fault(socket(`${ws}/echo`, [['say', 'drop']]), 503), 'UpstreamUnavailable')
  assert.equal(await fault(socket(`${ws}/nowhere`), 503), 'UpstreamUnavailable')
  for (const url of [`${PDS_URL.replace('http', 'ws')}/xrpc/com.atproto.sync.subscribeRepos`, 'wss://undeclared.example.com/']) assert.equal(await fault(socket(url), 500), 'NotPermitted', url)
})

test('another bundle is called by its name and by the configured URL, and no third one', async () => {
  for (const bundle of [probed, 'config:OTHER']) {
    const answer = await probe(`call${query({ bundle, endpoint: 'show', query: 'a=1&b=ü' })}`)
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [203, 'application/json'])
    const { id, ...said } = JSON.parse(answer.text) as { id: string }
    assert.deepEqual(said, { search: '?a=1&b=%C3%BC', method: 'GET', body: '' })
    assert.match(id, /^[0-9a-f]{16}$/)
    const posted = await json<{ body: string; method: string }>(post('callPost', { bundle, endpoint: 'show', body: { x: ['ü'] } }), 203)
    assert.deepEqual([posted.method, JSON.parse(posted.body)], ['POST', { x: ['ü'] }])
  }
  const call = (endpoint: string, more = {}) => probe(`call${query({ bundle: 'config:OTHER', endpoint, ...more })}`)
  assert.equal(await fault(call('nothing'), 404), 'UnknownEndpoint')
  assert.equal(await fault(call('refuses'), 503), 'NotToday')
  const read = await call('refuses', { read: 'true' })
  assert.deepEqual([read.status, read.headers.get('retry-after')], [503, '7'])
  assert.equal(await fault(call('page', { read: 'true' }), 502), 'UpstreamFailed')
  for (const bundle of [PROBE, `${PROBE.split('/')[0]}/atmosphereconf-vod`, `did:plc:${'y'.repeat(24)}/probed`]) assert.equal(await fault(probe(`call${query({ bundle, endpoint: 'echo' })}`), 500), 'NotPermitted', bundle)
  assert.equal(await fault(call('back'), 508), 'LoopDetected')
})

test("another bundle's body passes through, some megabytes of it", async () => {
  const passed = await fetch(`${RUNNER_URL}${PROBE_PATH}/call${query({ bundle: 'config:OTHER', endpoint: 'bytes' })}`, { signal: AbortSignal.timeout(20_000) })
  assert.deepEqual([passed.status, passed.headers.get('content-type')], [200, 'video/mp4'])
  assert.deepEqual(Buffer.from(await passed.arrayBuffer()), Buffer.alloc(3 << 20, 7))
})

test('a line of the log has the name of its bundle and of its request', async () => {
  const mark = `mark-${process.pid}-${Date.now()}`
  const answer = await probe(`log${query({ text: `${mark} one\n${mark} two` })}`)
  assert.equal(answer.status, 204)
  for (const line of ['one', 'two']) await logged(`${PROBE}@`, ` info ${answer.headers.get('x-request-id')} ${mark} ${line}`)
})

test('a status of any kind goes out, with no header but those that may', async () => {
  assert.equal(await fault(probe('status?code=99'), 500), 'InternalError')
  const away = await probe('status?code=302')
  assert.deepEqual([away.status, away.headers.get('location'), away.headers.get('x-probe')], [302, '/elsewhere', null])
  for (const code of ['204', '304']) {
    const empty = await probe(`status?code=${code}`)
    assert.deepEqual([String(empty.status), empty.text], [code, ''])
  }
  assert.equal((await probe('status?code=599')).status, 599)
})
