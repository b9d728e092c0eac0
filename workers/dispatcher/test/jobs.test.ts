/** Jobs: what the clock's trigger makes of the releases that an operator installed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { newAuthor } from './identity.ts'
import { until } from './probe.ts'
import type { Author } from './publish.ts'
import { install, openMaster, operate, release, runs, trigger, uninstall, type Master, type Run } from './relay.ts'

const MINUTE = 60_000
/** Triggers come for times that lie ahead, so that none waits for the clock. */
const NOON = (Math.floor(Date.now() / 86_400_000) + 1) * 86_400_000 + 12 * 60 * MINUTE

let author: Author
let master: Master

before(async () => {
  author = await newAuthor('clockmaker')
  master = await openMaster()
})
after(() => master.close())

/** The next call of a relay that waits for its end. */
const next = async (name: string, count = 1) => (await until(async () => master.waiting(name), ({ length }) => length >= count))[0]!
const ended = (name: string, holds: (runs: Run[]) => boolean) => until(() => runs(author, name), holds)
const outcomes = (all: Run[]) => all.map(({ job, due, outcome }) => [job, (due - NOON) / MINUTE, outcome])

test('a due job runs once, however often and late its trigger comes', async () => {
  const jobs = [{ name: 'tick', cron: '*/10 * * * *' }, { name: 'yearly', cron: '0 0 1 1 *' }]
  await release(author, 'clock', { jobs })
  await install(author, 'clock')
  await trigger(NOON)
  assert.deepEqual(await runs(author, 'clock'), [], 'a job that was not known before is not run for times before')
  await Promise.all([trigger(NOON + 10 * MINUTE), trigger(NOON + 10 * MINUTE), trigger(NOON + 10 * MINUTE)])
  const call = await next('clock')
  assert.deepEqual([call.what, call.method, call.body], ['job/tick', 'POST', ''])
  assert.match(call.headers['at-run-request-id'] ?? '', /^[0-9a-f]{16}$/)
  assert.equal(call.headers['at-run-attempt'], '1')
  assert.deepEqual(outcomes(await runs(author, 'clock')), [['tick', 10, undefined]])
  const { jobs: listed } = await operate<{ jobs: { job: string; name: string; runningSince: number | null; nextDue: number | null }[] }>('GET jobs')
  const tick = listed.find(({ job, name }) => name === 'clock' && job === 'tick')
  assert.equal(typeof tick?.runningSince, 'number')
  assert.equal(tick?.nextDue, NOON + 20 * MINUTE)
  call.end(200, { done: 'all of it' })
  const [run] = await ended('clock', ([latest]) => latest?.outcome === 'done')
  assert.equal(run?.durationMs, (run?.endedAt ?? 0) - (run?.startedAt ?? 0))
  assert.equal(run?.error, undefined)

  // An hour of silence, and an old trigger after it: one run, for the latest of the missed times.
  await trigger(NOON + 75 * MINUTE)
  await trigger(NOON + 20 * MINUTE)
  await trigger(NOON + 75 * MINUTE)
  const late = await next('clock')
  late.end(204)
  assert.deepEqual(outcomes(await ended('clock', ([latest]) => latest?.outcome === 'done' && latest.due > NOON + 10 * MINUTE)), [['tick', 70, 'done'], ['tick', 10, 'done']])
  assert.equal(master.all('clock').length, 2)
  await uninstall(author, 'clock')
})

test('a job never runs twice at a time', async () => {
  await release(author, 'slow', { jobs: [{ name: 'crawl', cron: '* * * * *' }] })
  await install(author, 'slow')
  await trigger(NOON + 200 * MINUTE)
  await trigger(NOON + 201 * MINUTE)
  const call = await next('slow')
  await trigger(NOON + 202 * MINUTE)
  assert.equal((await operate<{ error: string }>(`POST run/${author.did}/slow/crawl`, 409)).error, 'AlreadyRunning')
  assert.deepEqual(outcomes(await runs(author, 'slow')), [['crawl', 202, 'skipped'], ['crawl', 201, undefined]])
  call.end(503, { error: 'UpstreamDown', message: 'no answer from upstream' })
  const [, failed] = await ended('slow', ([, first]) => first?.outcome !== undefined)
  assert.deepEqual([failed?.outcome, failed?.error], ['failed', 'UpstreamDown: no answer from upstream'])
  await trigger(NOON + 203 * MINUTE)
  const again = await next('slow')
  again.end(200, { looked: 'at 3 repos' })
  const [done] = await ended('slow', ([latest]) => latest?.outcome === 'done')
  assert.equal(done?.summary, '{"looked":"at 3 repos"}')
  // The operator needs no trigger.
  await operate(`POST run/${author.did}/slow/crawl`, 202)
  const asked = await next('slow')
  asked.end(200)
  const all = await ended('slow', (all) => all.length === 4 && all[0]?.outcome === 'done')
  assert.deepEqual(all.map(({ outcome }) => outcome), ['done', 'done', 'skipped', 'failed'])
  assert.equal(master.all('slow').length, 3)
  await uninstall(author, 'slow')
})

test('bad_input_33_a_job_that_never_ends_is_ended_by_its_deadline', async () => {
  await release(author, 'endless', { jobs: [{ name: 'wait', cron: '* * * * *' }] })
  await install(author, 'endless')
  await trigger(NOON + 300 * MINUTE)
  await trigger(NOON + 301 * MINUTE)
  await next('endless')
  const [run] = await ended('endless', ([latest]) => latest?.outcome !== undefined)
  assert.deepEqual([run?.outcome, run?.error], ['failed', 'BundleTimeout: the bundle did not answer in time'])
  // The next one isn't kept away by it.
  await trigger(NOON + 302 * MINUTE)
  const call = await next('endless')
  call.end(200)
  await ended('endless', ([latest]) => latest?.outcome === 'done')
  await uninstall(author, 'endless')
})

test('jobs are those of the release that the channel points at', async () => {
  await release(author, 'changes', { jobs: [{ name: 'old', cron: '* * * * *' }] })
  await install(author, 'changes')
  await trigger(NOON + 400 * MINUTE)
  const jobs = [{ name: 'broken', cron: '61 * * * *' }, { name: 'fresh', cron: '* * * * *' }]
  await release(author, 'changes', { version: '1.1.0', jobs })
  // A trigger confirms what it knows, and the next one finds what is new.
  let minute = 401
  const all = await until(
    async () => {
      await trigger(NOON + minute++ * MINUTE)
      await pause(1_000)
      for (const call of master.waiting('changes')) call.end(200)
      return runs(author, 'changes')
    },
    ([latest]) => latest?.job === 'fresh' && latest.outcome === 'done',
    90,
  )
  assert.ok(all.every(({ job }) => job !== 'broken'), 'an expression that is none is never due')
  assert.deepEqual(await runs(author, 'changes', 'broken'), [])
  await uninstall(author, 'changes')
})

test('a bundle that is not installed has no jobs', async () => {
  for (const name of ['stays', 'goes', 'never']) await release(author, name, { jobs: [{ name: 'tick', cron: '* * * * *' }] })
  await install(author, 'stays')
  await install(author, 'goes')
  await trigger(NOON + 900 * MINUTE)
  await uninstall(author, 'goes')
  await trigger(NOON + 901 * MINUTE)
  const call = await next('stays')
  call.end(200)
  await ended('stays', ([latest]) => latest?.outcome === 'done')
  assert.deepEqual([master.all('goes'), master.all('never')], [[], []])
  // Installed again, it goes on with what is due then.
  await install(author, 'goes')
  assert.deepEqual(await runs(author, 'goes'), [])
})
