/** What the SDK lends a bundle, behind a runner: storage, cache, requests to elsewhere, other bundles, settings, log. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { echo, type Conversation } from './echo.ts'
import { PROBE, PROBE_PATH, emptied, fault, json, logged, post, probe, query } from './probe.ts'
import { pointChannel, publish, signIn } from './publish.ts'
import { openStage, type Stage } from './stage.ts'
import { PDS_URL, RUNNER_URL, STAGE_URL } from './system.ts'

interface Info {
  key: string
  size: number
  etag: string
  uploaded: number
  contentType?: string
}
interface Page {
  blobs: Info[]
  cursor?: string
}

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
  await emptied()
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

test('storage: put under conditions, read whole and in parts, listed, deleted', async () => {
  const put = (more: object, status = 200) => json<Info & { error: string }>(post('blobPut', { key: 'a b/ü?', text: 'hello world', ...more }), status)
  const first = await put({ contentType: 'text/plain', ifAbsent: true })
  assert.deepEqual([first.key, first.size, first.contentType], ['a b/ü?', 11, 'text/plain'])
  assert.equal((await put({ ifAbsent: true }, 412)).error, 'PreconditionFailed')
  assert.equal((await put({ ifMatch: '0123' }, 412)).error, 'PreconditionFailed')
  const second = await put({ contentType: 'text/plain', text: 'hello there', ifMatch: first.etag })
  assert.notEqual(second.etag, first.etag)
  assert.equal((await put({ ifMatch: first.etag }, 412)).error, 'PreconditionFailed')
  const headed = await json<Info>(probe(`blobHead${query({ key: 'a b/ü?' })}`))
  // A header says the time in seconds.
  assert.deepEqual(headed, { ...second, uploaded: Math.floor(second.uploaded / 1_000) * 1_000 })

  const at = `blobGet${query({ key: 'a b/ü?' })}`
  const whole = await probe(at)
  assert.deepEqual([whole.status, whole.text, whole.headers.get('content-type'), whole.headers.get('content-length')], [200, 'hello there', 'text/plain', '11'])
  assert.deepEqual([whole.headers.get('etag'), whole.headers.get('accept-ranges')], [`"${second.etag}"`, 'bytes'])
  const head = await probe(at, { method: 'HEAD' })
  assert.deepEqual([head.status, head.headers.get('content-length'), head.headers.get('etag'), head.text], [200, '11', `"${second.etag}"`, ''])
  for (const tags of [`"${second.etag}"`, `W/"${second.etag}"`, `"other", "${second.etag}"`, '*']) {
    const known = await probe(at, { headers: { 'if-none-match': tags } })
    assert.deepEqual([known.status, known.text, known.headers.get('etag')], [304, '', `"${second.etag}"`], tags)
  }
  assert.equal((await probe(at, { headers: { 'if-none-match': `"${first.etag}"` } })).status, 200)
  assert.deepEqual(await json(probe(`blobRead${query({ key: 'a b/ü?' })}`)), { bytes: 11, text: 'hello there' })

  await json(post('blobPut', { key: 'empty' }))
  assert.deepEqual(await json(probe('blobRead?key=empty')), { bytes: 0, text: '' })
  const page = await json<Page>(probe('blobList?limit=1'))
  assert.deepEqual(page.blobs.map(({ key }) => key), ['a b/ü?'])
  const rest = await json<Page>(probe(`blobList${query({ cursor: page.cursor ?? '' })}`))
  assert.deepEqual([rest.blobs.map(({ key }) => key), rest.cursor], [['empty'], undefined])
  assert.deepEqual((await json<Page>(probe(`blobList${query({ prefix: 'a b/' })}`))).blobs[0], second)
  for (const key of ['a b/ü?', 'empty', 'never there']) assert.equal((await post('blobDelete', { key })).status, 204)
  assert.deepEqual(await json(probe('blobList')), { blobs: [] })
  for (const endpoint of ['blobHead', 'blobRead']) assert.deepEqual(await json(probe(`${endpoint}?key=empty`)), null)
  assert.equal(await fault(probe('blobGet?key=empty'), 404), 'NoSuchBlob')
  for (const key of ['..', 'a\nb', 'x'.repeat(513)]) assert.equal(await fault(probe(`blobGet${query({ key })}`), 400), 'InvalidKey')
})

test('bad_input_20_a_part_of_what_is_stored_or_416_with_its_size', async () => {
  const { etag } = await json<Info>(post('blobPut', { key: 'parts', text: 'hello there', contentType: 'text/plain' }))
  const at = 'blobGet?key=parts'
  for (const [range, part, bytes] of [
    ['bytes=0-4', 'bytes 0-4/11', 'hello'],
    ['bytes=6-', 'bytes 6-10/11', 'there'],
    ['bytes=6-9999', 'bytes 6-10/11', 'there'],
    ['bytes=-3', 'bytes 8-10/11', 'ere'],
    ['bytes=-999', 'bytes 0-10/11', 'hello there'],
    ['bytes=0-18446744073709551615', 'bytes 0-10/11', 'hello there'],
  ] as const) {
    const answer = await probe(at, { headers: { range } })
    assert.deepEqual([answer.status, answer.headers.get('content-range'), answer.headers.get('content-length'), answer.text], [206, part, String(bytes.length), bytes], range)
  }
  for (const range of ['bytes=11-', 'bytes=18446744073709551615-', 'bytes=99-100']) {
    const answer = await probe(at, { headers: { range } })
    assert.equal(answer.headers.get('content-range'), 'bytes */11', range)
    assert.equal(await fault(answer, 416), 'RangeNotSatisfiable')
  }
  for (const range of ['bytes=-0', 'bytes=5-2', 'bytes=0-1,4-5', 'bytes=-99999999999999999999']) {
    const { status } = await probe(at, { headers: { range } })
    assert.ok([400, 416].includes(status) || (range.length > 20 && status === 206), `${range}: ${status}`)
  }
  // Whoever has a part of another content gets all of this one.
  const resumed = (validator: string) => probe(at, { headers: { range: 'bytes=6-', 'if-range': validator } })
  assert.equal((await resumed(`"${etag}"`)).text, 'there')
  for (const validator of ['"another"', `W/"${etag}"`, 'Sun, 06 Nov 1994 08:49:37 GMT']) {
    const { status, text } = await resumed(validator)
    assert.deepEqual([status, text], [200, 'hello there'], validator)
  }
  await post('blobDelete', { key: 'parts' })
})

test('a bundle keeps what its release declares and no byte more, also when many put at once', async () => {
  const put = (key: string, size: number, more = {}) => post('blobPut', { key, size, ...more })
  const all = ['q', 'r', ...Array.from({ length: 8 }, (_, i) => `many/${i}`)]
  await json(put('q', 1 << 20))
  assert.equal(await fault(put('r', 1), 507), 'QuotaExceeded')
  assert.equal(await fault(put('q', (1 << 20) + 1), 507), 'QuotaExceeded')
  assert.equal((await json<Info>(probe('blobHead?key=q'))).size, 1 << 20, 'what was refused changed nothing')
  await json(put('q', 10))
  await json(put('r', (1 << 20) - 10))
  assert.equal(await fault(put('r', 5, { ifAbsent: true }), 412), 'PreconditionFailed')
  assert.equal(await fault(put('many/0', 1), 507), 'QuotaExceeded')
  for (const key of ['q', 'r']) await post('blobDelete', { key })

  const quarters = await Promise.all(Array.from({ length: 8 }, (_, i) => put(`many/${i}`, 1 << 18)))
  assert.deepEqual(quarters.map(({ status }) => status).sort(), [200, 200, 200, 200, 507, 507, 507, 507])
  const { blobs } = await json<Page>(probe('blobList?prefix=many'))
  assert.deepEqual(blobs.map(({ size }) => size), [1 << 18, 1 << 18, 1 << 18, 1 << 18])
  const kept = (await json<{ bytes: number }>(probe(`blobRead?key=${blobs[0]?.key}`))).bytes
  assert.equal(kept, 1 << 18)
  for (const key of all) await post('blobDelete', { key })
  await json(put('q', 1 << 20))
  await post('blobDelete', { key: 'q' })
})

test('the cache keeps, and forgets when told', async () => {
  const at = `cacheGet${query({ key: 'k/ü' })}`
  assert.equal((await post('cachePut', { key: 'k/ü', text: 'kept', seconds: 60 })).status, 204)
  assert.equal((await probe(at)).text, 'kept')
  assert.equal((await post('cachePut', { key: 'k/ü', text: 'newer', seconds: 4_000_000_000 })).status, 204)
  assert.equal((await probe(at)).text, 'newer')
  assert.equal((await post('cacheDelete', { key: 'k/ü' })).status, 204)
  assert.equal(await fault(probe(at), 404), 'NotCached')
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

test('a line of the log has the name of its request', async () => {
  const mark = `mark-${process.pid}-${Date.now()}`
  const answer = await probe(`log${query({ text: `${mark} one\n${mark} two` })}`)
  assert.equal(answer.status, 204)
  for (const line of ['one', 'two']) await logged(`info ${answer.headers.get('x-request-id')} ${mark} ${line}`)
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
