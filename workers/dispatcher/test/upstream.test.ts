/** Whoever the runner or a bundle asks stays silent, breaks off, or says another length than it sends: an error, and nothing of it is kept. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { ask, askJson, assertFault } from './ask.ts'
import { moveTo, newAuthor } from './identity.ts'
import { openLiar, wire, type Liar, type Wire } from './liar.ts'
import { PROBE_PATH } from './probe.ts'
import { publish, signIn, type Author } from './publish.ts'
import { PDS_URL, RUNNER_URL, STAGE_URL } from './system.ts'

/** What becomes of a true body on its way. */
type Lie = (body: Buffer, type: string) => Wire

const GET_BLOB = 'com.atproto.sync.getBlob'
const GET_RECORD = 'com.atproto.sync.getRecord'

let liar: Liar
let author: Author
/** A bundle that has nothing to do with any of it. */
let good: string
/** The lie for a release, by its name. */
const lies = new Map<string, { method: string; lie: Lie }>()
/** What stands at the stage's own paths. */
const pages = new Map<string, Wire>()

before(async () => {
  liar = await openLiar(Number(new URL(STAGE_URL).port), (path, head) => pages.get(path) ?? relay(path, head))
  author = await newAuthor('misled')
  await moveTo(author, STAGE_URL)
  good = (await publish(await signIn('operator.test'), { name: 'unmoved', modules: { 'index.js': 'export default { fetch: () => new Response("fine") }' } })).path
  assert.equal((await ask(`${good}/run`)).text, 'fine')
})
after(() => liar.close())

/** Answers as the real PDS, but for what is a lie. */
async function relay(path: string, head: string): Promise<Wire> {
  const answer = await fetch(`${PDS_URL}${path}`)
  const body = Buffer.from(await answer.arrayBuffer())
  const method = /^\/xrpc\/([a-zA-Z.]+)/.exec(path)?.[1]
  const type = answer.headers.get('content-type') ?? 'text/plain'
  assert.match(head, /^GET /)
  // A proof names its release in the query, a module in itself.
  const name = /lie-\d+-\w+/.exec(method === GET_BLOB ? body.toString() : decodeURIComponent(path))?.[0] ?? ''
  const told = lies.get(name)
  if (told && told.method === method) return told.lie(body, type)
  return wire(`HTTP/1.1 ${answer.status} As it is\nContent-Type: ${type}\nContent-Length: ${body.length}`, body)
}

const head = (type: string, ...more: string[]) => ['HTTP/1.1 200 OK', `Content-Type: ${type}`, ...more].join('\n')
const spelled = (what: string) => `bad_input_${what.replaceAll(' ', '_')}`
const half = (body: Buffer) => body.subarray(0, body.length >> 1)
const chunk = (body: Buffer) => `${body.length.toString(16)}\r\n${body.toString('latin1')}\r\n`

type Outcome = [status: number, error: RegExp]
const silent: Outcome = [504, /^PdsUnavailable$/]
const broken: Outcome = [502, /^PdsUnavailable$/]
const cutProof: Outcome = [502, /^(PdsUnavailable|InvalidProof)$/]
const cutModule: Outcome = [502, /^InvalidModule$/]

/**
 * The lie, and what the runner answers over a proof and, where that is another thing, over a module: more bytes of one than its release
 * declares are refused before they are read.
 */
const upstreams: [string, Lie, Outcome, Outcome?][] = [
  ['06 never says a word', () => ({ bytes: '', then: 'stall' }), silent],
  ['06 stops within its headers', () => ({ bytes: 'HTTP/1.1 200 OK\r\nContent-Le', then: 'stall' }), silent],
  ['06 drips its headers', () => ({ bytes: 'HTTP/1.1 200 OK\r\nX-Drip: ', then: 'drip' }), silent],
  ['06 drips its body', (body, type) => wire(head(type, `Content-Length: ${body.length}`), '', 'drip'), silent],
  ['06 stops within its body', (body, type) => wire(head(type, `Content-Length: ${body.length}`), half(body), 'stall'), silent],
  ['06 hangs up at once', () => ({ bytes: '', then: 'end' }), broken],
  ['06 resets at once', () => ({ bytes: '', then: 'reset' }), broken],
  ['06 resets within its body', (body, type) => wire(head(type, `Content-Length: ${body.length}`), half(body), 'reset'), broken],
  ['06 resets a body without a length', (body, type) => wire(head(type, 'Connection: close'), half(body), 'reset'), broken],
  ['06 says nothing that is HTTP', () => ({ bytes: 'what?\r\n\r\n', then: 'end' }), broken],

  ['07 promises more than it sends', (body, type) => wire(head(type, `Content-Length: ${body.length + 9}`), body, 'end'), broken, cutModule],
  ['07 promises more and waits', (body, type) => wire(head(type, `Content-Length: ${body.length + 9}`), body, 'stall'), silent, cutModule],
  ['07 ends before the promised length', (body, type) => wire(head(type, `Content-Length: ${body.length}`), half(body), 'end'), broken],
  ['07 promises less than it sends', (body, type) => wire(head(type, `Content-Length: ${half(body).length}`), body), cutProof, cutModule],
  ['07 promises nothing and ends early', (body, type) => wire(head(type, 'Connection: close'), half(body), 'end'), cutProof, cutModule],
  ['07 leaves out the last chunk', (body, type) => wire(head(type, 'Transfer-Encoding: chunked'), Buffer.from(chunk(body), 'latin1'), 'end'), broken],
  ['07 sends chunks and promises less', (body, type) => wire(head(type, 'Transfer-Encoding: chunked', `Content-Length: ${half(body).length}`), Buffer.from(`${chunk(body)}0\r\n\r\n`, 'latin1')), broken],
  ['07 promises two lengths', (body, type) => wire(head(type, `Content-Length: ${body.length}`, `Content-Length: ${half(body).length}`), body, 'end'), broken],
  ['07 promises no number', (body, type) => wire(head(type, 'Content-Length: many'), body, 'end'), broken],
  ['07 sends a part that nobody asked for', (body, type) => wire(`HTTP/1.1 206 Partial Content\nContent-Type: ${type}\nContent-Range: bytes 0-${body.length - 1}/${body.length}\nContent-Length: ${body.length}`, body), broken],
  ['07 cuts what it compressed', (body, type) => wire(head(type, 'Content-Encoding: gzip', 'Connection: close'), gzipSync(body).subarray(0, -6), 'end'), broken],
]

describe('the runner over a proof and over a module', { concurrency: 4 }, () => {
  for (const [ordinal, [what, lie, overProof, overModule = overProof]] of upstreams.entries()) {
    for (const [where, method, [status, expected]] of [['a proof', GET_RECORD, overProof], ['a module', GET_BLOB, overModule]] as const) {
      test(spelled(`${what} over ${where}`), async () => {
        const name = `lie-${ordinal}-${where.slice(2)}`
        const { path } = await publish(author, { name, modules: { 'index.js': `export default { fetch: () => new Response("as signed") } // ${name};` } })
        lies.set(name, { method, lie })
        let over = false
        const misled = ask(`${path}/run`).finally(() => (over = true))
        // Nobody else waits for it.
        do {
          assert.equal((await ask(`${good}/run`)).text, 'fine')
          await sleep(100)
        } while (!over)
        const answer = await misled
        const { error } = JSON.parse(answer.text) as { error: string }
        assert.match(error, expected, answer.text)
        assertFault(answer, status, error)
        lies.delete(name)
        assert.deepEqual(await ask(`${path}/run`).then(({ status, text }) => [status, text]), [200, 'as signed'], 'nothing of it is kept')
      })
    }
  }
})

/** What a bundle says of an answer that it read whole. */
interface Fetched {
  status: number
  bytes: number
  text: string
}

const TEN = '0123456789'
const ok = (...more: string[]) => ['HTTP/1.1 200 OK', ...more].join('\n')
const part = (range: string, ...more: string[]) => ['HTTP/1.1 206 Partial Content', `Content-Range: ${range}`, ...more].join('\n')

describe('a bundle over an answer', { concurrency: 4 }, () => {
  const at = (endpoint: string, page: string, more: object = {}) => {
    const given = { url: `${STAGE_URL}${page}`, ...more }
    return `${PROBE_PATH}/${endpoint}?${new URLSearchParams({ ...given })}`
  }
  /** A page of the stage; what stands there is the wire. */
  const stand = (name: string, wire: Wire) => {
    const page = `/page/${name.replaceAll(' ', '-')}`
    pages.set(page, wire)
    return page
  }

  const whole: [string, Wire][] = [
    ['with a length', wire(ok('Content-Length: 10'), TEN)],
    ['with one length twice', wire(ok('Content-Length: 10', 'Content-Length: 10'), TEN)],
    ['in chunks', wire(ok('Transfer-Encoding: chunked'), `a\r\n${TEN}\r\n0\r\n\r\n`)],
    ['without a length', wire(ok('Connection: close'), TEN, 'end')],
    ['compressed', wire(ok('Content-Encoding: gzip', `Content-Length: ${gzipSync(TEN).length}`), gzipSync(TEN))],
  ]
  for (const [what, wire] of whole) {
    test(`an answer ${what} is whole`, async () => {
      const page = stand(what, wire)
      assert.deepEqual(await askJson<Fetched>(at('fetch', page)), { status: 200, url: `${STAGE_URL}${page}`, bytes: 10, text: TEN })
      assert.equal((await ask(at('pass', page))).text, TEN)
    })
  }

  const lies: [string, Wire, number, string][] = [
    ['06 never comes', { bytes: '', then: 'stall' }, 504, 'UpstreamTimeout'],
    ['06 stops within its headers', { bytes: 'HTTP/1.1 200 OK\r\nContent-Le', then: 'stall' }, 504, 'UpstreamTimeout'],
    ['06 drips', wire(ok('Content-Length: 400'), '', 'drip'), 504, 'UpstreamTimeout'],
    ['06 stops within its body', wire(ok('Content-Length: 20'), TEN, 'stall'), 504, 'UpstreamTimeout'],
    ['06 is reset at once', { bytes: '', then: 'reset' }, 503, 'UpstreamUnavailable'],
    ['06 is reset within its body', wire(ok('Content-Length: 20'), TEN, 'reset'), 503, 'UpstreamUnavailable'],
    ['06 is reset without a length', wire(ok('Connection: close'), TEN, 'reset'), 503, 'UpstreamUnavailable'],
    ['07 ends before the promised length', wire(ok('Content-Length: 20'), TEN, 'end'), 503, 'UpstreamUnavailable'],
    ['07 has no last chunk', wire(ok('Transfer-Encoding: chunked'), `a\r\n${TEN}\r\n`, 'end'), 503, 'UpstreamUnavailable'],
    ['07 has half a chunk', wire(ok('Transfer-Encoding: chunked'), `14\r\n${TEN}`, 'end'), 503, 'UpstreamUnavailable'],
    ['07 has more chunks than promised', wire(ok('Transfer-Encoding: chunked', 'Content-Length: 4'), `a\r\n${TEN}\r\n0\r\n\r\n`), 502, 'UpstreamFailed'],
    ['07 has two lengths', wire(ok('Content-Length: 4', 'Content-Length: 10'), TEN, 'end'), 503, 'UpstreamUnavailable'],
    ['07 has no number for a length', wire(ok('Content-Length: ten'), TEN, 'end'), 503, 'UpstreamUnavailable'],
    ['07 is compressed and cut', wire(ok('Content-Encoding: gzip', 'Connection: close'), gzipSync(TEN).subarray(0, -6), 'end'), 503, 'UpstreamUnavailable'],
    ['07 is a part that was not asked for', wire(part('bytes 0-9/20', 'Content-Length: 10'), TEN), 502, 'UpstreamFailed'],
  ]
  for (const [what, wire, status, error] of lies) {
    test(spelled(what), async () => {
      // Before the runner's own deadline for a bundle.
      const answer = await ask(at('fetch', stand(what, wire), status === 504 ? { deadlineMs: '500' } : {}))
      assert.equal(answer.status, status, answer.text)
      assert.equal((JSON.parse(answer.text) as { error: string }).error, error, answer.text)
      assert.equal((await ask(`${good}/run`)).text, 'fine')
    })
  }

  const cut = lies.filter(([what, { then }]) => what.startsWith('07') || then === 'reset')
  for (const [what, wire] of cut) {
    test(spelled(`${what} and is passed on`), async () => {
      const page = stand(`${what} passed`, wire)
      const passed = await fetch(`${RUNNER_URL}${at('pass', page)}`, { signal: AbortSignal.timeout(20_000) })
      const outcome = await passed.text().then((text) => [passed.status, text], () => 'broken off')
      assert.ok(outcome === 'broken off' || passed.status >= 500 || what === '07 has more chunks than promised', JSON.stringify(outcome))
      assert.notDeepEqual(outcome, [200, '0123'])
    })
  }

  test('bad_input_07_what_is_sent_beyond_the_promised_length_is_no_answer_to_anybody', async () => {
    const honest = stand('after the lie', wire(ok('Content-Length: 4'), 'true'))
    const beyond = `${TEN}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse`
    const page = stand('beyond', wire(ok('Content-Length: 10'), beyond))
    for (let round = 0; round < 5; round++) {
      assert.deepEqual((await askJson<Fetched>(at('fetch', page))).text, TEN)
      assert.deepEqual((await askJson<Fetched>(at('fetch', honest))).text, 'true')
    }
  })

  test('a part that was asked for comes, and ends where the whole ends', async () => {
    for (const [range, answered, body] of [[[2, 5], 'bytes 2-5/10', '2345'], [[8, 99], 'bytes 8-9/10', '89'], [[2, 5], 'bytes 2-5/*', '2345']] as const) {
      const page = stand(`part ${answered}`.replace('*', 'any').replaceAll('/', ' of '), wire(part(answered, `Content-Length: ${body.length}`), body))
      const given = { first: String(range[0]), last: String(range[1]) }
      const fetched = await askJson<Fetched>(at('fetch', page, given))
      assert.deepEqual([fetched.status, fetched.text], [206, body])
      const passed = await ask(at('pass', page, given))
      assert.deepEqual([passed.status, passed.text], [206, body])
    }
  })

  const parts: [string, Wire, number][] = [
    ['has another range', wire(part('bytes 4-7/10', 'Content-Length: 4'), '4567'), 502],
    ['has a shorter range', wire(part('bytes 2-4/10', 'Content-Length: 3'), '234'), 502],
    ['has a longer range', wire(part('bytes 2-6/10', 'Content-Length: 5'), '23456'), 502],
    ['has no range', wire('HTTP/1.1 206 Partial Content\nContent-Length: 4', '2345'), 502],
    ['has a range and another length', wire(part('bytes 2-5/10', 'Content-Length: 3'), '234'), 502],
    ['has a range and no length and is short', wire(part('bytes 2-5/10', 'Connection: close'), '234', 'end'), 502],
    ['has a range and no length and is long', wire(part('bytes 2-5/10', 'Connection: close'), '23456', 'end'), 502],
    ['breaks off', wire(part('bytes 2-5/10', 'Content-Length: 4'), '23', 'end'), 503],
    ['is the whole', wire(ok('Content-Length: 10'), TEN), 502],
    ['is a whole of a gigabyte', wire(ok(`Content-Length: ${1 << 30}`), TEN, 'stall'), 502],
    ['is encoded', wire(part('bytes 2-5/10', 'Content-Encoding: gzip', `Content-Length: ${gzipSync('2345').length}`), gzipSync('2345')), 502],
  ]
  for (const [what, wire, status] of parts) {
    test(spelled(`07 a part that ${what}`), async () => {
      const page = stand(`part ${what}`, wire)
      const given = { first: '2', last: '5' }
      const answer = await ask(at('fetch', page, given))
      assert.equal(answer.status, status, answer.text)
      assert.match(answer.text, /UpstreamFailed|UpstreamUnavailable/)
      const passed = await fetch(`${RUNNER_URL}${at('pass', page, given)}`, { signal: AbortSignal.timeout(20_000) })
      const body = await passed.text().then((text) => text, () => 'broken off')
      assert.ok(passed.status >= 500 || body === 'broken off', `${passed.status} ${body}`)
    })
  }

  test('the whole is taken for a part by whoever says so', async () => {
    const page = stand('whole for a part', wire(ok('Content-Length: 10'), TEN))
    const fetched = await askJson<Fetched>(at('fetch', page, { first: '2', last: '5', orWhole: 'true' }))
    assert.deepEqual([fetched.status, fetched.text], [200, TEN])
  })
})
