import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page, Route } from 'playwright-core'
import { openPage } from './browser.ts'
import { picturesMade } from './made.ts'
import { awake, goTo, mediaBecomes, playAt, watchPageOf } from './watching.ts'

before(picturesMade)

/** Everything of a stream but its master playlist, which comes from the runner. */
const STREAM = /\/xrpc\/place\.stream\.playback\./
/** Longer than the whole ladder takes, and the pauses after it, on a machine that is busy. */
const GIVEN_UP_MS = 240_000
/** Pieces of media that come before a stream fails: enough to begin, and far from the whole, which a quick machine would have had before the test went on. */
const ANSWERED = 8

test('an origin that fails for a moment is waited for, and the video goes on by itself', async (t) => {
  const { page } = await openPage(t)
  const stream = await failing(page, refuse)
  await playAt(page, await watchPageOf('Test Card'))
  await goTo(page, 50)
  await eventuallyTrue(page, () => stream.failed() >= 3)
  await stream.mend()
  await mediaBecomes(page, 'going on', ({ time, paused }) => time > 50.5 && !paused, GIVEN_UP_MS)
  assert.equal(await page.getByRole('alert').count(), 0)
})

test('an origin that stays away is told of, keeps the place, and plays on once it is back', async (t) => {
  const { page } = await openPage(t)
  const stream = await failing(page, refuse)
  await playAt(page, await watchPageOf('Test Card'))
  await goTo(page, 50)
  const card = page.getByRole('alert').filter({ hasText: 'does not answer' })
  await card.waitFor({ timeout: GIVEN_UP_MS })
  await stream.mend()
  await card.getByRole('button', { name: 'Try again' }).click()
  await card.waitFor({ state: 'detached' })
  await mediaBecomes(page, 'going on', ({ time, height, paused }) => time > 50.3 && height > 0 && !paused, GIVEN_UP_MS)
})

test('a connection that was lost and comes back needs nobody', async (t) => {
  const { page } = await openPage(t)
  const stream = await failing(page, (route) => route.abort('connectionrefused'))
  await playAt(page, await watchPageOf('Test Card'))
  await goTo(page, 50)
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor({ timeout: GIVEN_UP_MS })
  await stream.mend()
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await mediaBecomes(page, 'going on', ({ time, height, paused }) => time > 50.3 && height > 0 && !paused, GIVEN_UP_MS)
})

test('a video that is removed while it plays says so, and leads elsewhere', async (t) => {
  const { page } = await openPage(t)
  const missing = (error: string) => (route: Route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' }, contentType: 'application/json', body: JSON.stringify({ error, message: 'gone' }) })
  await failing(page, missing('NotFound'))
  await page.route('**/getVideo?*', missing('VideoNotFound'))
  await playAt(page, await watchPageOf('Test Card'))
  await goTo(page, 50)
  const card = page.getByRole('alert').filter({ hasText: 'removed while you were watching' })
  await card.waitFor({ timeout: GIVEN_UP_MS })
  assert.equal(await card.getByRole('button').count(), 0)
  await card.getByRole('link', { name: 'See the newest videos' }).click()
  await page.getByRole('heading', { level: 1, name: 'Newest videos' }).waitFor()
})

test('a stream that is gone while its video is there is no removed video', async (t) => {
  const { page } = await openPage(t)
  await page.route(STREAM, (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' }, body: '' }))
  await page.goto(await watchPageOf('Test Card'))
  await awake(page)
  await page.getByRole('button', { name: /^Play / }).click()
  await page.getByRole('alert').filter({ hasText: 'no longer there' }).waitFor({ timeout: GIVEN_UP_MS })
})

const refuse = (route: Route) => route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' }, body: '' })

/** Lets a stream begin and fails it then; gives how to mend it, and how often it has failed. */
async function failing(page: Page, fail: (route: Route) => Promise<void>): Promise<{ mend: () => Promise<void>; failed: () => number }> {
  let left = ANSWERED
  let failed = 0
  const answer = (route: Route) => {
    const isMedia = route.request().url().includes('getVideoBlob')
    if (left > 0) {
      if (isMedia) left -= 1
      return route.continue()
    }
    failed += 1
    return fail(route)
  }
  await page.route(STREAM, answer)
  return { mend: () => page.unroute(STREAM, answer), failed: () => failed }
}

/** Waits for what the test itself sees. */
async function eventuallyTrue(page: Page, holds: () => boolean): Promise<void> {
  const end = Date.now() + GIVEN_UP_MS
  while (!holds()) {
    assert.ok(Date.now() < end, 'it never happened')
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  }
}
