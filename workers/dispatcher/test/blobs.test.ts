import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './ask.ts'
import { ASKER, ASKER_ENDPOINTS, askHost, askHostJson, assertRefused } from './asker.ts'
import { publish, signIn, type Author } from './publish.ts'

interface Blob {
  key: string
  size: number
  etag: string
  uploaded: number
}
interface Page {
  blobs: Blob[]
  cursor?: string
}

let author: Author
let mine: string
let others: string
/** May keep 100 bytes. */
let narrow: string

before(async () => {
  author = await signIn('operator.test')
  const draft = { modules: { 'index.js': ASKER }, endpoints: ASKER_ENDPOINTS, blobs: { maxBytes: 1_000_000 } }
  mine = (await publish(author, { name: 'keeper', ...draft })).path
  others = (await publish(author, { name: 'keeper-too', ...draft })).path
  narrow = (await publish(author, { name: 'narrow', ...draft, blobs: { maxBytes: 100 } })).path
})

const at = (key: string) => `/blobs/${encodeURIComponent(key)}`
const put = (bundle: string, key: string, body: string, headers = {}) => askHostJson<Blob>(bundle, `PUT ${at(key)}`, headers, body)
const keys = ({ blobs }: Page) => blobs.map(({ key }) => key)

test('a bundle keeps bytes, reads them, knows of them, and lets go of them', async () => {
  const { key, size, etag, uploaded } = await put(mine, 'a/b ŵ.txt', '0123456789', { 'content-type': 'text/x-test' })
  assert.deepEqual([key, size], ['a/b ŵ.txt', 10])
  assert.match(etag, /^[0-9a-f]{32}$/)
  assert.ok(Math.abs(uploaded - Date.now()) < 3_600_000)
  for (const method of ['GET', 'HEAD']) {
    const { status, headers, text } = await askHost(mine, `${method} ${at('a/b ŵ.txt')}`)
    assert.deepEqual([status, text], [200, method === 'GET' ? '0123456789' : ''])
    assert.deepEqual([headers['etag'], headers['content-length'], headers['content-type']], [`"${etag}"`, '10', 'text/x-test'])
    assert.equal(Date.parse(headers['last-modified'] ?? ''), Math.floor(uploaded / 1_000) * 1_000)
  }
  for (let round = 0; round < 2; round++) assert.equal((await askHost(mine, `DELETE ${at('a/b ŵ.txt')}`)).status, 204)
  assertRefused(await askHost(mine, `GET ${at('a/b ŵ.txt')}`), 404, 'NoSuchBlob')
  assert.equal((await askHost(mine, `HEAD ${at('a/b ŵ.txt')}`)).status, 404)
})

test('a blob of nothing is a blob', async () => {
  assert.equal((await put(mine, 'nothing', '')).size, 0)
  const { status, headers, text } = await askHost(mine, `GET ${at('nothing')}`)
  assert.deepEqual([status, headers['content-length'], text], [200, '0', ''])
})

test('bad_input_20_a_part_of_a_blob_or_416', async () => {
  await put(mine, 'digits', '0123456789')
  for (const [range, text, part] of [
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-5', '2345', 'bytes 2-5/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-18446744073709551615', '89', 'bytes 8-9/10'],
  ] as const) {
    const answer = await askHost(mine, `GET ${at('digits')}`, { range })
    assert.deepEqual([answer.status, answer.text, answer.headers['content-range'], answer.headers['content-length']], [206, text, part, String(text.length)], range)
  }
  for (const range of ['bytes=10-', 'bytes=10-12', 'bytes=18446744073709551615-']) {
    const answer = await askHost(mine, `GET ${at('digits')}`, { range })
    assertRefused(answer, 416, 'RangeNotSatisfiable', range)
    assert.equal(answer.headers['content-range'], 'bytes */10')
  }
  for (const range of ['bytes=-0', 'bytes=5-2', 'bytes=0-1,4-5', 'bytes=', 'lines=1-2']) assertRefused(await askHost(mine, `GET ${at('digits')}`, { range }), 416, 'RangeNotSatisfiable', range)
  assertRefused(await askHost(mine, `GET ${at('not-there')}`, { range: 'bytes=0-1' }), 404, 'NoSuchBlob')
})

test('a put under a condition happens when it holds', async () => {
  const first = await put(mine, 'once', 'one', { 'if-none-match': '*' })
  assertRefused(await askHost(mine, `PUT ${at('once')}`, { 'if-none-match': '*' }, 'two'), 412, 'PreconditionFailed')
  const second = await put(mine, 'once', 'three', { 'if-match': `"${first.etag}"` })
  assertRefused(await askHost(mine, `PUT ${at('once')}`, { 'if-match': first.etag }, 'four'), 412, 'PreconditionFailed')
  assertRefused(await askHost(mine, `PUT ${at('never')}`, { 'if-match': second.etag }, 'five'), 412, 'PreconditionFailed')
  assert.equal((await askHost(mine, `GET ${at('once')}`)).text, 'three')
  assertRefused(await askHost(mine, `PUT ${at('once')}`, { 'if-none-match': `"${first.etag}"` }, 'six'), 400, 'InvalidParameter')
})

test('blobs are listed page by page, in order', async () => {
  const { path } = await publish(author, { name: 'lister', modules: { 'index.js': ASKER }, endpoints: ASKER_ENDPOINTS, blobs: { maxBytes: 1_000 } })
  for (const key of ['b/2', 'a', 'b/1', 'c', 'b/3']) await put(path, key, key)
  const all = await askHostJson<Page>(path, 'GET /blobs')
  assert.deepEqual(keys(all), ['a', 'b/1', 'b/2', 'b/3', 'c'])
  assert.deepEqual([all.blobs[1]?.size, all.cursor], [3, undefined])
  const first = await askHostJson<Page>(path, 'GET /blobs?prefix=b%2F&limit=2')
  assert.deepEqual(keys(first), ['b/1', 'b/2'])
  const second = await askHostJson<Page>(path, `GET /blobs?prefix=b%2F&limit=2&cursor=${first.cursor}`)
  assert.deepEqual([keys(second), second.cursor], [['b/3'], undefined])
  assert.deepEqual(keys(await askHostJson<Page>(path, 'GET /blobs?prefix=nothing')), [])
})

test('bad_input_12_a_bundle_reaches_no_key_but_its_own_however_it_spells_it', async () => {
  await put(mine, 'secret', 'mine')
  await put(mine, '../keeper/secret', 'also mine')
  const did = author.did
  for (const key of ['secret', '../keeper/secret', `../../${did}/keeper/secret`, `blobs/${did}/keeper/secret`, '/secret', '..%2fkeeper%2fsecret', '../../../installations.json', 'modules/x']) {
    for (const method of ['GET', 'HEAD']) assert.equal((await askHost(others, `${method} ${at(key)}`)).status, 404, key)
    assert.equal((await askHost(others, `DELETE ${at(key)}`)).status, 204)
  }
  for (const path of ['/blobs/../keeper/secret', '/blobs/%2e%2e/keeper/secret', '/blobs/..%5ckeeper/secret', `/${did}/keeper/secret`, '//blobs/secret', '/blobs/secret/', '/blobs/keeper/secret']) {
    const { status } = await askHost(others, `GET ${path}`)
    assert.ok([400, 404].includes(status), `${path}: ${status}`)
  }
  for (const key of ['', '.', '..', 'a\u0000b', 'a\nb', 'x'.repeat(513)]) {
    const answer = await askHost(others, `GET /blobs/${encodeURIComponent(key)}`)
    assert.ok(answer.status === 400 || answer.status === 404, `${JSON.stringify(key)}: ${answer.status}`)
  }
  assertRefused(await askHost(others, 'GET /blobs/%FF'), 400, 'InvalidKey')
  assertRefused(await askHost(others, `GET /blobs/${'x'.repeat(513)}`), 400, 'InvalidKey')

  // A listing stands under the same prefix, wherever its cursor or prefix point.
  await put(others, 'zz', 'own')
  const cursor = (key: string) => Buffer.from(key).toString('base64url')
  for (const query of ['', 'prefix=', `cursor=${cursor('../keeper/')}`, `cursor=${cursor(`blobs/${did}/keeper/`)}`, `cursor=${cursor('\u0021')}`]) {
    assert.deepEqual(keys(await askHostJson<Page>(others, `GET /blobs?${query}`)), ['zz'], query)
  }
  for (const prefix of ['../keeper/', `../../${did}/keeper/`, '/', '..']) assert.deepEqual(keys(await askHostJson<Page>(others, `GET /blobs?prefix=${encodeURIComponent(prefix)}`)), [], prefix)
  assertRefused(await askHost(others, `GET /blobs?cursor=${Buffer.from('{"v":1}').toString('base64')}=!`), 400, 'InvalidParameter')
  assert.equal((await askHost(mine, `GET ${at('secret')}`)).text, 'mine')
  assert.equal((await askHost(mine, `GET ${at('../keeper/secret')}`)).text, 'also mine')
})

test('a bundle keeps no more than its release declares, and what is gone makes room', async () => {
  const room = (bytes: number, key: string) => askHost(narrow, `PUT ${at(key)}`, {}, 'x'.repeat(bytes))
  assert.equal((await room(60, 'a')).status, 200)
  const { used, max } = assertRefused(await room(41, 'b'), 507, 'QuotaExceeded')
  assert.deepEqual([used, max], [60, 100])
  assert.equal((await askHost(narrow, `GET ${at('b')}`)).status, 404)
  assert.equal((await room(40, 'b')).status, 200)
  assertRefused(await room(1, 'c'), 507, 'QuotaExceeded')
  assert.equal((await askHost(narrow, `DELETE ${at('a')}`)).status, 204)
  assert.equal((await room(60, 'a')).status, 200, 'what was deleted makes room')
  assert.equal((await room(10, 'a')).status, 200, 'what is replaced makes room')
  assert.equal((await room(50, 'c')).status, 200)
  assertRefused(await room(1, 'd'), 507, 'QuotaExceeded')
  for (const key of ['a', 'b', 'c']) await askHost(narrow, `DELETE ${at(key)}`)

  // What was refused or broke off takes no room.
  await room(10, 'a')
  assertRefused(await askHost(narrow, `PUT ${at('a')}`, { 'if-none-match': '*' }, 'x'.repeat(90)), 412, 'PreconditionFailed')
  for (const [said, sent] of [[90, 5], [5, 90], [90, 2_000_000]] as const) {
    const answer = await askHost(narrow, `PUT ${at('lie')}`, { 'content-length': String(said) }, 'x'.repeat(Math.min(sent, 900_000)))
    assertRefused(answer, 400, 'BodyBroken', `${said} said, ${sent} sent`)
    assert.equal((await askHost(narrow, `GET ${at('lie')}`)).status, 404)
  }
  assertRefused(await askHost(narrow, `PUT ${at('huge')}`, { 'content-length': String(Number.MAX_SAFE_INTEGER) }, 'x'), 507, 'QuotaExceeded')
  assertRefused(await askHost(narrow, `PUT ${at('huge')}`, { 'content-length': '18446744073709551615' }, 'x'), 400, 'InvalidParameter')
  assert.equal((await room(90, 'b')).status, 200)
})

test('a put whose bundle is gone before its end leaves nothing, and takes its room back', async () => {
  const draft = { name: 'fleeting', blobs: { maxBytes: 100 } }
  const gone = await publish(author, {
    ...draft,
    modules: {
      'index.js': `import { abortIsolate } from "cloudflare:workers";
        export default { async fetch(request, env) {
          const { readable, writable } = new TransformStream();
          writable.getWriter().write(new Uint8Array(10));
          setTimeout(() => abortIsolate("gone"), 500);
          return env.HOST.fetch("https://host/blobs/never", { method: "PUT", headers: { "content-length": "100" }, body: readable });
        } }`,
    },
  })
  // Another release of the same bundle has the same storage, in another isolate.
  const { path } = await publish(author, { ...draft, version: '1.1.0', modules: { 'index.js': ASKER }, endpoints: ASKER_ENDPOINTS })
  const leaving = ask(`${gone.path}/run`)
  await pause(250)
  assertRefused(await askHost(path, `PUT ${at('a')}`, {}, 'x'), 507, 'QuotaExceeded')
  assert.ok((await leaving).status >= 500)
  for (let tries = 60; (await askHost(path, `PUT ${at('a')}`, {}, 'x'.repeat(100))).status !== 200; tries--) {
    assert.ok(tries > 0)
    await pause(250)
  }
  assert.equal((await askHost(path, `GET ${at('never')}`)).status, 404)
})

test('some megabytes go in and come out as a stream', async () => {
  const { path } = await publish(author, {
    name: 'streams',
    endpoints: ['fill', 'read'],
    blobs: { maxBytes: 20_000_000 },
    modules: {
      'index.js': `const MIB = 1024 * 1024;
        export default { async fetch(request, env) {
          if (request.url.endsWith("/read")) {
            const { body, headers } = await env.HOST.fetch("https://host/blobs/big");
            return new Response(body, { headers: { "content-type": headers.get("content-type"), etag: headers.get("etag") } });
          }
          const { readable, writable } = new FixedLengthStream(9 * MIB);
          (async () => {
            const writer = writable.getWriter();
            for (let i = 0; i < 9; i++) await writer.write(new Uint8Array(MIB).fill(48 + i));
            await writer.close();
          })();
          return env.HOST.fetch("https://host/blobs/big", { method: "PUT", headers: { "content-length": String(9 * MIB), "content-type": "video/mp4" }, body: readable });
        } }`,
    },
  })
  const filled = await ask(`${path}/fill`)
  assert.equal(filled.status, 200, filled.text)
  assert.equal((JSON.parse(filled.text) as Blob).size, 9 * 1024 * 1024)
  const read = await ask(`${path}/read`)
  const expected = Buffer.concat(Array.from({ length: 9 }, (_, i) => Buffer.alloc(1024 * 1024, 48 + i)))
  const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
  assert.deepEqual([read.headers.get('content-type'), sha256(read.text)], ['video/mp4', sha256(expected)])
})

test('bad_input_12_a_release_that_declares_no_storage_has_none', async () => {
  const { path } = await publish(author, { name: 'keeps-nothing', modules: { 'index.js': ASKER }, endpoints: ASKER_ENDPOINTS })
  for (const request of ['GET /blobs/a', 'HEAD /blobs/a', 'PUT /blobs/a', 'DELETE /blobs/a', 'GET /blobs']) {
    const answer = await askHost(path, request, {}, request.startsWith('PUT') ? 'x' : undefined)
    assert.equal(answer.status, 403, request)
    if (!request.startsWith('HEAD')) assertRefused(answer, 403, 'NotPermitted')
  }
})
