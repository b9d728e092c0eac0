/** Tasks: work that a bundle asks for and that nobody waits for. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask } from './ask.ts'
import { newAuthor } from './identity.ts'
import { logged, until } from './probe.ts'
import type { Author } from './publish.ts'
import { enqueue, install, openMaster, release, status, uninstall, type Master, type Task } from './relay.ts'
import { start, stop } from './system.ts'

let author: Author
let master: Master

before(async () => {
  author = await newAuthor('taskmaster')
  master = await openMaster()
})
after(() => master.close())

const next = async (name: string, count = 1) => (await until(async () => master.waiting(name), ({ length }) => length >= count))[0]!
const becomes = (id: string, ...states: Task['state'][]) => until(() => status(id), ({ state }) => states.includes(state), 60)

async function made(name: string, tasks: { name: string; concurrency: number; retries: number }[]): Promise<void> {
  await release(author, name, { tasks })
  await install(author, name)
}

test('an attempt is a call with the input, the count, and an id for the log', async () => {
  await made('worker', [{ name: 'work', concurrency: 1, retries: 2 }])
  const id = await enqueue(author, 'worker', 'work', { of: ['any', 'shape', null] })
  const first = await next('worker')
  assert.deepEqual([first.what, first.method, JSON.parse(first.body)], ['task/work', 'POST', { of: ['any', 'shape', null] }])
  assert.deepEqual([first.headers['content-type'], first.headers['at-run-attempt']], ['application/json', '1'])
  assert.match(first.headers['at-run-request-id'] ?? '', /^[0-9a-f]{16}$/)
  first.end(500, { error: 'Unlucky', message: 'another time' })
  const retrying = await becomes(id, 'retrying')
  assert.deepEqual([retrying.attempts, retrying.error], [1, 'Unlucky: another time'])
  const second = await next('worker')
  assert.deepEqual([second.body, second.headers['at-run-attempt']], [first.body, '2'])
  assert.notEqual(second.headers['at-run-request-id'], first.headers['at-run-request-id'])
  second.end(204)
  const done = await becomes(id, 'done')
  assert.deepEqual([done.attempts, done.error], [2, undefined])
})

test('what is wrong with the input stays wrong: a refusal is not tried again', async () => {
  await made('picky', [{ name: 'work', concurrency: 1, retries: 5 }])
  const id = await enqueue(author, 'picky', 'work', 'nonsense')
  ;(await next('picky')).end(422, { error: 'NoSuchVideo', message: 'nonsense is no video' })
  const failed = await becomes(id, 'failed')
  assert.deepEqual([failed.attempts, failed.error], [1, 'NoSuchVideo: nonsense is no video'])
  // Except where the status itself says that it is a matter of time.
  const later = await enqueue(author, 'picky', 'work', 'soon')
  ;(await next('picky')).end(429, { error: 'TooManyRequests' })
  assert.equal((await becomes(later, 'retrying')).error, 'TooManyRequests: ')
  ;(await next('picky')).end(200)
  await becomes(later, 'done')
})

test('bad_input_33_an_attempt_that_never_ends_fails_and_frees_its_place', async () => {
  await made('endless', [{ name: 'work', concurrency: 1, retries: 0 }])
  const [lost, kept] = [await enqueue(author, 'endless', 'work', 1), await enqueue(author, 'endless', 'work', 2)]
  assert.equal((await next('endless')).body, '1')
  assert.equal((await status(kept)).state, 'queued')
  const failed = await becomes(lost, 'failed')
  assert.equal(failed.error, 'BundleTimeout: the bundle did not answer in time')
  const second = await until(async () => master.all('endless').at(-1)!, ({ body }) => body === '2')
  second.end(200)
  await becomes(kept, 'done')
})

test('an answer that is no error of ours fails by its status', async () => {
  await made('odd', [{ name: 'work', concurrency: 4, retries: 0 }])
  const id = await enqueue(author, 'odd', 'work', null)
  ;(await next('odd')).end(302, { moved: true })
  assert.equal((await becomes(id, 'failed')).error, 'BundleFailed: it answered with status 302')
  const long = await enqueue(author, 'odd', 'work', null)
  ;(await next('odd')).end(500, { error: 'Long', message: 'x'.repeat(9_000) })
  assert.equal((await becomes(long, 'failed')).error, `Long: ${'x'.repeat(494)}`)
})

test('tasks of a bundle that is uninstalled fail when their turn comes', async () => {
  await made('leaves', [{ name: 'work', concurrency: 1, retries: 3 }])
  const [runs, waits] = [await enqueue(author, 'leaves', 'work', 1), await enqueue(author, 'leaves', 'work', 2)]
  const call = await next('leaves')
  await uninstall(author, 'leaves')
  assert.equal((await ask(`/tasks/${waits}`)).status, 404)
  call.end(200)
  await logged(`task work of ${author.did}/leaves: NotInstalled`)
  await install(author, 'leaves')
  assert.equal((await status(runs)).state, 'done')
  const { state, attempts, error } = await status(waits)
  assert.deepEqual([state, attempts, error], ['failed', 1, 'NotInstalled: the bundle is not installed any longer'])
  assert.equal(master.all('leaves').length, 1)
})

test('what waits outlives the runner', async () => {
  await made('patient', [{ name: 'work', concurrency: 1, retries: 0 }])
  const id = await enqueue(author, 'patient', 'work', 'still here', 5_000)
  assert.equal((await status(id)).state, 'queued')
  await stop('runner')
  await start('runner')
  assert.equal((await status(id)).attempts, 0)
  const call = await next('patient')
  assert.equal(call.body, '"still here"')
  call.end(200)
  await becomes(id, 'done')
})
