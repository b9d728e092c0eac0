import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { request as send } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { ask, assertFault } from './ask.ts'
import { publish, signIn } from './publish.ts'
import { openStage, type Stage } from './stage.ts'
import { RUNNER_URL } from './system.ts'

const MIB = 1024 * 1024

let stage: Stage
let bundle: string

before(async () => {
  stage = await openStage((_, response) => response.end())
  const author = await signIn('operator.test')
  const release = await publish(author, {
    name: 'stage',
    version: '2.0.0',
    endpoints: ['relay', 'POST echo', 'POST measure'],
    net: ['config:STAGE_URL'],
    config: ['STAGE_URL'],
    modules: {
      'index.js': `export default { async fetch(request, env) {
        switch (new URL(request.url).pathname) {
          case "/endpoint/relay": {
            const upstream = await fetch(env.STAGE_URL + "/media", { headers: { range: request.headers.get("range") ?? "" } });
            return new Response(upstream.body, { status: upstream.status, headers: upstream.headers });
          }
          case "/endpoint/echo":
            return Response.json({ type: request.headers.get("content-type"), got: await request.json() });
          case "/endpoint/measure":
            return Response.json({ length: (await request.arrayBuffer()).byteLength });
        }
      } }`,
    },
  })
  bundle = release.path
})
after(() => stage.close())

test('a body of some megabytes comes out whole, and as it comes in', async () => {
  const chunks = Array.from({ length: 6 }, (_, ordinal) => Buffer.alloc(MIB, `chunk ${ordinal} `))
  let received = 0
  let told: () => void = () => {}
  // Each chunk waits until the one before it has come out at the other end: an answer that is collected anywhere never goes on.
  stage.answer = async (_, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' })
    for (const [ordinal, chunk] of chunks.entries()) {
      while (received < ordinal * MIB) await new Promise<void>((resolve) => (told = resolve))
      response.write(chunk)
    }
    response.end()
  }
  const response = await fetch(`${RUNNER_URL}${bundle}/relay`, { signal: AbortSignal.timeout(20_000) })
  assert.equal(response.status, 200)
  const hash = createHash('sha256')
  for await (const chunk of response.body ?? []) {
    received += chunk.length
    hash.update(chunk)
    told()
  }
  assert.equal(received, 6 * MIB)
  assert.equal(hash.digest('hex'), createHash('sha256').update(Buffer.concat(chunks)).digest('hex'))
})

test('a range request goes through with its 206', async () => {
  const media = Buffer.from('0123456789')
  stage.answer = ({ headers }, response) => {
    const [, from = '', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
    const part = media.subarray(Number(from), Number(to) + 1)
    response.writeHead(206, { 'content-type': 'video/mp4', 'content-range': `bytes ${from}-${to}/10`, 'content-length': part.length }).end(part)
  }
  const answer = await ask(`${bundle}/relay`, { headers: { range: 'bytes=2-5' } })
  assert.deepEqual([answer.status, answer.text], [206, '2345'])
  assert.equal(answer.headers.get('content-range'), 'bytes 2-5/10')
  assert.equal(answer.headers.get('content-length'), '4')
})

test('an answer that breaks off is never a whole one', async () => {
  let breakOff = () => {}
  stage.answer = ({ socket }, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' })
    response.write(Buffer.alloc(MIB))
    breakOff = () => socket.resetAndDestroy()
  }
  const response = await fetch(`${RUNNER_URL}${bundle}/relay`, { signal: AbortSignal.timeout(20_000) })
  assert.equal(response.status, 200)
  const reader = response.body?.getReader()
  assert.ok((await reader?.read())?.value)
  breakOff()
  await assert.rejects(async () => {
    while (!(await reader?.read())?.done);
  }, TypeError)
})

test('a JSON body goes in as it is', async () => {
  const body = JSON.stringify({ words: 'ŵylan', nested: [1, { deep: null }] })
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
  const answer = await ask(`${bundle}/echo`, { method: 'POST', headers, body })
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(JSON.parse(answer.text), { type: 'application/json', got: JSON.parse(body) as unknown })
})

test('a body of one mebibyte goes in, one byte more is 413, one without a length 411', async () => {
  const measure = (body: string, headers: Record<string, string>) => ask(`${bundle}/measure`, { method: 'POST', headers, body })
  const most = await measure('x'.repeat(MIB), { 'content-length': String(MIB) })
  assert.deepEqual([most.status, most.text], [200, JSON.stringify({ length: MIB })])
  assertFault(await measure('x'.repeat(MIB + 1), { 'content-length': String(MIB + 1) }), 413, 'BodyTooLarge')
  assertFault(await chunked('x'.repeat(10)), 411, 'LengthRequired')
})

test('requests of which the first finds no isolate are all answered', async () => {
  const author = await signIn('operator.test')
  const { path } = await publish(author, { name: 'crowd', modules: { 'index.js': 'let n = 0; export default { fetch: () => new Response(`${++n > 0}`) }' } })
  const answers = await Promise.all(Array.from({ length: 24 }, () => ask(`${path}/run`)))
  assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)), new Set(['200 true']))
})

function chunked(body: string) {
  const { hostname, port } = new URL(RUNNER_URL)
  return new Promise<Awaited<ReturnType<typeof ask>>>((resolve, reject) => {
    const sent = send({ hostname, port, path: `${bundle}/measure`, method: 'POST', headers: { 'transfer-encoding': 'chunked' }, signal: AbortSignal.timeout(20_000) }, (response) => {
      const headers = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)] as [string, string]))
      text(response).then((text) => resolve({ status: response.statusCode ?? 0, headers, text }), reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
