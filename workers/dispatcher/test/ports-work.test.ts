/** What the SDK lends a bundle for work that is done once, later, or beside other work. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { ask } from './ask.ts'
import { PROBE, PROBE_PATH, emptied, fault, json, logged, post, probe, query, until } from './probe.ts'
import { publish, signIn } from './publish.ts'
import { openStage, type Stage } from './stage.ts'
import { RUNNER_URL, STAGE_URL } from './system.ts'

interface Task {
  id: string
  bundle: string
  task: string
  state: 'queued' | 'running' | 'retrying' | 'done' | 'failed'
  attempts: number
  enqueuedAt: number
  startedAt?: number
  endedAt?: number
  nextAttemptAt?: number
  error?: string
}
interface Landed {
  text: string
  made: boolean
}

let stage: Stage
/** Passes requests on to the probe, which so runs in a second isolate: one for bundles that are called by others. */
let through: string

before(async () => {
  await emptied()
  stage = await openStage((_, response) => response.end())
  const [did = '', name = ''] = PROBE.split('/')
  const code = `export default { fetch: (request, env) => env.HOST.fetch("https://host/call/${encodeURIComponent(did)}/${name}" + new URL(request.url).pathname.replace("/endpoint", "") + new URL(request.url).search) }`
  through = (await publish(await signIn('operator.test'), { name: 'through', modules: { 'index.js': code }, endpoints: ['flight', 'echo'], bundles: [PROBE] })).path
  assert.equal((await ask(`${through}/echo`)).status, 200)
})
after(() => stage.close())
beforeEach(() => {
  stage.seen.length = 0
  stage.answer = (_, response) => response.end()
})

/** Holds each request to the stage until it is let go. */
function hold(): { held: ServerResponse[]; most: () => number; letGo: () => void } {
  const held: ServerResponse[] = []
  let most = 0
  stage.answer = (_, response) => {
    held.push(response)
    most = Math.max(most, held.length)
  }
  return { held, most: () => most, letGo: () => void held.splice(0).forEach((response) => response.end('let go')) }
}

const flight = (pairs: Record<string, string>, at = PROBE_PATH) => ask(`${at}/flight${query({ url: `${STAGE_URL}/work`, ...pairs })}`)
const enqueue = async (input: object, more = {}) => (await json<{ id: string }>(post('enqueue', { input, ...more }))).id
const status = (id: string) => json<Task>(ask(`/tasks/${id}`))
const ended = (id: string) => until(() => status(id), ({ state }) => state === 'done' || state === 'failed', 60)
const counted = async (key: string) => (await json<{ text: string } | null>(probe(`blobRead${query({ key: `counts/${key}` })}`)))?.text

test('bad_input_24_of_fifty_calls_in_two_isolates_that_want_the_same_work_one_does_it', async () => {
  let worked = 0
  stage.answer = (_, response) => void setTimeout(() => response.end(`made ${++worked}`), 300)
  const landed = await Promise.all(Array.from({ length: 50 }, (_, i) => json<Landed>(flight({ key: 'fifty' }, i % 2 ? through : PROBE_PATH))))
  assert.deepEqual(stage.seen, ['GET /work'])
  assert.deepEqual(new Set(landed.map(({ text }) => text)), new Set(['made 1']))
  assert.equal(landed.filter(({ made }) => made).length, 1)
  assert.deepEqual(await json(flight({ key: 'fifty' }, through)), { text: 'made 1', made: false })
})

test('work that fails is left to the next one who waits', async () => {
  let worked = 0
  stage.answer = (_, response) => {
    if (++worked > 1) return void response.end(`made ${worked}`)
    response.writeHead(200, { 'content-length': '10' }).write('half')
    setTimeout(() => response.destroy(), 150)
  }
  const answers = await Promise.all(Array.from({ length: 8 }, () => flight({ key: 'fails' })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 503])
  assert.deepEqual(new Set(answers.filter(({ status }) => status === 200).map(({ text }) => (JSON.parse(text) as Landed).text)), new Set(['made 2']))
  assert.equal(worked, 2)
})

test('who waits too long for the work of another is told so, and who never comes back holds nobody up for long', async () => {
  const { held, letGo } = hold()
  const slow = flight({ key: 'slow' })
  await until(async () => held.length, (length) => length === 1)
  const busy = await flight({ key: 'slow', waitMs: '60' }, through)
  assert.equal(await fault(busy, 503), 'Busy')
  assert.match(busy.headers.get('retry-after') ?? '', /^\d+$/)
  letGo()
  assert.deepEqual(await json(slow), { text: 'let go', made: true })

  // The runner ends this one by its deadline, and its lease lapses.
  assert.equal((await flight({ key: 'lost', ttlMs: '3000' })).status, 504)
  letGo()
  stage.answer = (_, response) => response.end('made by the next')
  const next = await until(() => flight({ key: 'lost', waitMs: '500' }), ({ status }) => status === 200)
  assert.equal((JSON.parse(next.text) as Landed).text, 'made by the next')
})

test('a task runs later, and its state is told to whoever has its id', async () => {
  const { held, letGo } = hold()
  const id = await enqueue({ key: 'plain', url: `${STAGE_URL}/hold` })
  await until(async () => held.length, (length) => length === 1)
  const running = await status(id)
  assert.deepEqual([running.id, running.bundle, running.task, running.state, running.attempts], [id, PROBE, 'count', 'running', 1])
  assert.ok(running.enqueuedAt <= (running.startedAt ?? 0))
  assert.deepEqual(await json(probe(`taskStatus?id=${id}`)), running)
  letGo()
  const { state, attempts, startedAt, endedAt, error } = await ended(id)
  assert.deepEqual([state, attempts, error], ['done', 1, undefined])
  assert.ok((startedAt ?? Infinity) <= (endedAt ?? 0))
  assert.equal(await counted('plain'), '1')
})

test('a task that fails is tried again, and fails for good after its last retry', async () => {
  const id = await enqueue({ key: 'second', fail: 1 })
  const second = await ended(id)
  assert.deepEqual([second.state, second.attempts, second.error], ['done', 2, undefined])
  assert.equal(await counted('second'), '1')
  const lost = await ended(await enqueue({ key: 'never', fail: 99 }))
  assert.deepEqual([lost.state, lost.attempts], ['failed', 3])
  assert.match(lost.error ?? '', /ToldToFail/)
  assert.equal(await counted('never'), undefined)
  // What a handler can't read fails as well, by the name of its error.
  const odd = await ended(await enqueue({ kee: 'misspelled' }))
  assert.equal(odd.state, 'failed')
  assert.match(odd.error ?? '', /key/)
})

test('no more attempts at a task run at once than its release declares', async () => {
  const { held, most, letGo } = hold()
  const ids = await Promise.all(Array.from({ length: 7 }, (_, i) => enqueue({ key: 'capped', url: `${STAGE_URL}/hold?${i}` })))
  await until(async () => held.length, (length) => length === 2)
  const states = await Promise.all(ids.map(async (id) => (await status(id)).state))
  assert.deepEqual(states.sort(), ['queued', 'queued', 'queued', 'queued', 'queued', 'running', 'running'])
  await until(async () => (letGo(), Promise.all(ids.map(async (id) => (await status(id)).state))), (all) => all.every((state) => state === 'done'), 60)
  assert.equal(most(), 2)
  assert.equal(stage.seen.length, 7, 'each ran once')
  assert.equal(await counted('capped'), '7')
})

test('a task may be put off', async () => {
  const id = await enqueue({ key: 'later' }, { delayMs: 1_500 })
  const { state, nextAttemptAt, enqueuedAt } = await status(id)
  assert.deepEqual([state, (nextAttemptAt ?? 0) - enqueuedAt >= 1_000], ['queued', true])
  const { startedAt } = await ended(id)
  assert.ok((startedAt ?? 0) >= (nextAttemptAt ?? Infinity))
  assert.equal(await counted('later'), '1')
})

test('what is no task of the bundle is none', async () => {
  assert.equal(await fault(post('enqueue', { task: 'nothing', input: 1 }), 404), 'UnknownTask')
  assert.equal(await fault(post('enqueue', { input: 'x'.repeat(64 << 10) }), 413), 'TaskTooLarge')
  const other = Buffer.from('did:web:example.com/other').toString('base64url')
  for (const id of ['nothing', `${other}.${'a'.repeat(26)}`, `${Buffer.from(PROBE).toString('base64url')}.${'a'.repeat(26)}`, '../leases/x', '']) assert.deepEqual(await json(probe(`taskStatus${query({ id })}`)), null, id)
})

test('bad_input_33_a_panic_among_a_hundred_calls_is_exactly_one_500', async () => {
  const { held, letGo } = hold()
  const underWay = Array.from({ length: 30 }, (_, i) => probe(`fetch${query({ url: `${STAGE_URL}/slow?${i}` })}`))
  await until(async () => held.length, (length) => length > 0)
  const streamed = async () => {
    const answer = await fetch(`${RUNNER_URL}${PROBE_PATH}/stream?mib=2`, { signal: AbortSignal.timeout(30_000) })
    const bytes = Buffer.from(await answer.arrayBuffer())
    return { status: answer.status, whole: bytes.length === 2 << 20 && bytes.at(-1) === 31 }
  }
  const streams = Array.from({ length: 10 }, streamed)
  const before = Array.from({ length: 30 }, () => probe('echo'))
  const panics = probe('panic?text=one-of-a-hundred')
  const after = Array.from({ length: 29 }, () => probe('blobList'))
  const panicked = await panics
  letGo()
  const rest = setInterval(letGo, 50)
  const answers = [...(await Promise.all([...underWay, ...before, ...after])), panicked]
  clearInterval(rest)
  const statuses = [...answers.map(({ status }) => status), ...(await Promise.all(streams)).map(({ status, whole }) => (whole ? status : 0))]
  assert.equal(statuses.length, 100)
  assert.deepEqual(statuses.sort(), [...Array.from({ length: 99 }, () => 200), 500])
  assert.equal(await fault(panicked, 500), 'InternalError')
  assert.doesNotMatch(panicked.text, /one-of-a-hundred/)
  await logged(`error ${panicked.headers.get('x-request-id')} endpoint panic panicked: one-of-a-hundred`)
  await logged('values.rs:')
})
