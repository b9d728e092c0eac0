/** A bundle's log and its metrics: who may read them, and what is in them. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { ask, askJson, assertFault, type Answer } from './ask.ts'
import { newAuthor } from './identity.ts'
import { PROBE, PROBE_PATH, until } from './probe.ts'
import { publish, type Author } from './publish.ts'
import { ADMIN_TOKEN, PDS_URL } from './system.ts'

const TALKER = `
export default {
  async fetch(request, env, ctx) {
    switch (new URL(request.url).pathname) {
      case "/endpoint/say":
        console.log("said", { a: 1 }, "and more");
        console.warn("two\\nlines \\u001b[31m");
        return new Response("said");
      case "/endpoint/sdk":
        await env.HOST.fetch("https://host/log", { method: "POST", body: "error 0123456789abcdef by the SDK\\n" });
        return new Response("said");
      case "/endpoint/boom":
        throw new TypeError("boom goes the bundle");
      case "/endpoint/later":
        ctx.waitUntil(Promise.reject(new Error("failed later")));
        return new Response("fine");
      case "/endpoint/flood":
        for (let line = 0; line < 3000; line++) console.log("flood " + line + " " + "x".repeat(3000));
        return new Response("flooded");
    }
    return new Response("quiet");
  },
}
`

interface Line {
  number: number
  at: number
  level: string
  request?: string
  call?: string
  version: string
  text: string
}
interface Page {
  lines: Line[]
  next: number
}
interface Summary {
  bundle: string
  calls: { kind: string; name: string; outcome: string; count: number }[]
  durations: Record<string, { count: number; p50Ms: number; p99Ms: number }>
  coldStarts: number
}

let author: Author
let other: Author
let talker: string
let path: string
const operator = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }
/** Whom tokens are made out to. */
const RUNNER_DID = 'did:web:localhost'

before(async () => {
  author = await newAuthor('log-author')
  other = await newAuthor('log-other')
  ;({ path } = await publish(author, { name: 'talker', modules: { 'index.js': TALKER }, endpoints: ['say', 'sdk', 'boom', 'later', 'quiet', 'flood'] }))
  talker = `${author.did}/talker`
})

const logs = (query = '') => askJson<Page>(`/logs/${talker}${query}`, operator)
const holds = (text: string) => (page: Page) => page.lines.some((line) => line.text.includes(text))
/** A token of service auth, as the author's PDS makes them. */
async function token(by: Author, { aud = RUNNER_DID, lxm = 'run.at.getLogs' } = {}): Promise<string> {
  const query = new URLSearchParams({ aud, lxm, exp: String(Math.floor(Date.now() / 1000) + 50) })
  const answer = await fetch(`${PDS_URL}/xrpc/com.atproto.server.getServiceAuth?${query}`, { headers: { authorization: by.authorization } })
  const { token, message } = (await answer.json()) as { token?: string; message?: string }
  return token ?? assert.fail(message)
}
const read = (bearer: string, bundle = talker): Promise<Answer> => ask(`/logs/${bundle}?limit=1`, { headers: { authorization: `Bearer ${bearer}` } })

test('what a bundle prints, throws and says by the SDK is in its log, under the request that it belongs to', async () => {
  const said = await ask(`${path}/say`)
  assert.equal(said.text, 'said')
  const failed = await ask(`${path}/boom`)
  assertFault(failed, 502, 'BundleFailed')
  await ask(`${path}/sdk`)
  await ask(`${path}/later`)
  for (const text of ['said {"a":1} and more', 'boom goes the bundle', 'by the SDK', 'failed later']) await until(() => logs(), holds(text))

  const { lines } = await logs(`?search=${said.headers.get('x-request-id')}`)
  assert.deepEqual(
    lines.map(({ level, call, version, text }) => [level, call, version, text]),
    [
      ['info', 'endpoint say', '1.0.0', 'said {"a":1} and more'],
      ['warn', 'endpoint say', '1.0.0', 'two'],
      ['warn', 'endpoint say', '1.0.0', 'lines [31m'],
    ],
  )
  assert.ok(lines.every(({ at }) => Math.abs(at - Date.now()) < 600_000))
  const [thrown] = (await logs(`?search=${failed.headers.get('x-request-id')}&level=error`)).lines
  assert.match(thrown?.text ?? '', /^TypeError: boom goes the bundle/)
  const [sdk] = (await logs('?search=by+the+SDK')).lines
  assert.deepEqual([sdk?.level, sdk?.request, sdk?.text], ['error', '0123456789abcdef', 'by the SDK'])
})

test('whoever follows a log gets each line once', async () => {
  const start = (await logs('?limit=1')).next
  for (let turn = 0; turn < 3; turn += 1) await ask(`${path}/say`)
  const seen: Line[] = []
  let after = start
  await until(
    async () => {
      const page = await logs(`?after=${after}&search=said&limit=2`)
      after = page.next
      seen.push(...page.lines)
      return seen.length
    },
    (count) => count === 3,
  )
  assert.equal(new Set(seen.map(({ number }) => number)).size, 3)
  assert.deepEqual((await logs(`?after=${after}&search=said`)).lines, [])
})

test('bad_input_39_the_author_reads_by_a_token_that_is_good_once_and_nobody_else_does', async () => {
  const once = await token(author)
  assert.equal((await read(once)).status, 200)
  assert.match(assertPrivate(await read(once), 401), /used before/)
  const cases: [string, string, number, RegExp][] = [
    ['nothing', '', 401, /service auth/],
    ['nonsense', 'x.y.z', 401, /./],
    ['another’s token', await token(other), 403, /is not for a bundle of/],
    ['a token for another service', await token(author, { aud: 'did:web:elsewhere.example' }), 401, /did:web:elsewhere\.example/],
    ['a token for another method', await token(author, { lxm: 'app.bsky.feed.getTimeline' }), 401, /getTimeline/],
    ['the author’s session', author.authorization.slice('Bearer '.length), 401, /./],
    ['a broken signature', (await token(author)).replace(/.{8}$/, 'AAAAAAAA'), 401, /sign/i],
    ['another operator’s token', `${ADMIN_TOKEN}x`, 401, /./],
  ]
  for (const [what, bearer, status, message] of cases) assert.match(assertPrivate(await read(bearer), status), message, what)
  assert.equal((await read(await token(author))).headers.get('access-control-allow-origin'), null, 'no page of another site reads it')
})

test('bad_input_23_a_query_that_makes_no_sense_is_400', async () => {
  for (const query of ['level=loud', 'since=yesterday', 'limit=0', 'limit=501', 'after=-1', 'lines=5', 'limit=1&limit=2', `search=${'x'.repeat(600)}`])
    assertPrivate(await ask(`/logs/${talker}?${query}`, operator), 400)
  assertPrivate(await ask(`/logs/${talker}`, { method: 'POST', ...operator }), 405)
  assertPrivate(await ask('/logs/did:plc:x/talker', operator), 400)
})

test('bad_input_11_a_flood_leaves_the_runner_well_and_a_word_of_what_was_lost', async () => {
  assert.equal((await ask(`${path}/flood`)).text, 'flooded')
  await until(() => logs('?search=flood&limit=1'), ({ lines }) => lines.length > 0)
  assert.equal((await ask(`${path}/quiet`)).text, 'quiet')
  const { lines } = await logs('?limit=500')
  assert.ok(lines.every(({ text }) => text.length <= 2000))
})

test('calls are counted by how they ended, as JSON and for Prometheus', async () => {
  const count = ({ calls }: Summary, name: string, outcome: string) => calls.find((call) => call.name === name && call.outcome === outcome)?.count ?? 0
  const metrics = () => askJson<Summary>(`/admin/metrics/${talker}`, operator)
  const before = await metrics()
  for (let turn = 0; turn < 20; turn += 1) await ask(`${path}/quiet`)
  await ask(`${path}/boom`)
  const after = await until(metrics, (summary) => count(summary, 'quiet', '200') === count(before, 'quiet', '200') + 20)
  assert.equal(count(after, 'boom', 'BundleFailed'), count(before, 'boom', 'BundleFailed') + 1)
  assert.ok(after.coldStarts >= 1)
  assert.ok(after.durations['endpoint']!.p50Ms <= after.durations['endpoint']!.p99Ms)

  await askJson(`${PROBE_PATH}/echo`)
  const all = await askJson<{ bundles: Summary[] }>('/admin/metrics', operator)
  const probe = all.bundles.find(({ bundle }) => bundle === PROBE) ?? assert.fail('the installed bundle is not there')
  assert.ok(count(probe, 'echo', '200') > 0)
  const text = await ask('/admin/metrics?format=prometheus', operator)
  assert.equal(text.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  assert.match(text.text, new RegExp(`^at_run_calls_total\\{bundle="${PROBE}",kind="endpoint",name="echo",outcome="200"\\} \\d+$`, 'm'))
  assert.match(text.text, /^# TYPE at_run_call_duration_seconds histogram$/m)
  assertPrivate(await ask('/admin/metrics'), 401)
  assert.equal((await ask('/admin/metrics?format=xml', operator)).status, 400)
})

test('a purge of what a bundle keeps takes its log and its sums along, and one without that leaves them', async () => {
  const purge = (query = '') => askJson(`/admin/purge/${talker}${query}`, { method: 'POST', ...operator })
  const metrics = () => askJson<Summary>(`/admin/metrics/${talker}`, operator)
  const said = await ask(`${path}/say`)
  await until(() => logs(`?search=${said.headers.get('x-request-id')}`), ({ lines }) => lines.length > 0)
  await until(metrics, ({ calls }) => calls.length > 0)
  await purge()
  assert.ok((await logs('?search=said')).lines.length > 0)
  assert.ok((await metrics()).calls.length > 0)
  await purge('?blobs=true')
  assert.deepEqual((await logs()).lines, [])
  assert.deepEqual((await metrics()).calls, [])
  await ask(`${path}/say`)
  await until(() => logs('?search=said'), ({ lines }) => lines.length === 1)
})

/** An error that no page of another site may read. Gives its message. */
function assertPrivate(answer: Answer, status: number): string {
  assert.equal(answer.status, status, answer.text)
  return (JSON.parse(answer.text) as { message: string }).message
}
