import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openPage, playedTo } from './browser.ts'
import { picturesMade } from './made.ts'
import { focusPicture, goTo, mediaBecomes, mediaState, playAt, said, watchPageOf, type MediaState } from './watching.ts'

before(picturesMade)

/** Seconds that may pass, in the video, between a key and a look at it. */
const SLACK = 4
const around = (time: number, goal: number) => time > goal - 0.3 && time < goal + SLACK

type Row = { key: string; from?: number; paused?: boolean; twice?: boolean; holds: (state: MediaState, before: MediaState) => boolean; says: RegExp }

const ROWS: Row[] = [
  { key: 'k', holds: ({ paused }) => paused, says: /^Pause$/ },
  { key: 'k', paused: true, holds: ({ paused }) => !paused, says: /^Play$/ },
  { key: ' ', holds: ({ paused }) => paused, says: /^Pause$/ },
  { key: 'l', from: 20, paused: true, holds: ({ time }) => around(time, 30), says: /^Forward 10 seconds$/ },
  { key: 'j', from: 30, paused: true, holds: ({ time }) => around(time, 20), says: /^Back 10 seconds$/ },
  { key: 'ArrowRight', from: 20, paused: true, holds: ({ time }) => Math.abs(time - 25) < 0.1, says: /^Forward 5 seconds$/ },
  { key: 'ArrowLeft', from: 20, paused: true, holds: ({ time }) => Math.abs(time - 15) < 0.1, says: /^Back 5 seconds$/ },
  { key: 'ArrowDown', holds: ({ volume }) => volume === 0.95, says: /^Volume 95 %$/ },
  { key: 'ArrowUp', holds: ({ volume }) => volume === 1, says: /^Volume 100 %$/ },
  { key: 'm', holds: ({ muted }) => muted, says: /^Muted$/ },
  { key: 'm', holds: ({ muted }) => !muted, says: /^Sound on$/ },
  { key: 'c', holds: ({ captions }) => captions.length === 1, says: /^Captions: English$/ },
  { key: 'c', holds: ({ captions }) => captions.length === 0, says: /^Captions off$/ },
  { key: '>', holds: ({ speed }) => speed === 1.25, says: /^Speed 1\.25$/ },
  { key: '<', holds: ({ speed }) => speed === 1, says: /^Speed 1$/ },
  { key: '.', from: 20, paused: true, holds: ({ time }) => time > 20.03 && time < 20.1, says: /^One picture on$/ },
  { key: ',', from: 20, paused: true, holds: ({ time }) => time < 20 && time > 19.9, says: /^One picture back$/ },
  { key: '0', from: 20, paused: true, holds: ({ time }) => time === 0, says: /^At 0:00$/ },
  { key: '5', paused: true, holds: ({ time, duration }) => Math.abs(time - duration / 2) < 0.1, says: /^At 0:42$/ },
  { key: '9', paused: true, holds: ({ time, duration }) => Math.abs(time - duration * 0.9) < 0.1, says: /^At 1:15$/ },
  { key: 'Home', from: 20, paused: true, holds: ({ time }) => time === 0, says: /^At 0:00$/ },
]

test('every key does to the video what it is there for, and says so', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('How a Video'))
  for (const { key, from, paused = false, holds, says } of ROWS) {
    await prepare(page, from, paused)
    const earlier = await mediaState(page)
    await page.keyboard.press(key)
    await mediaBecomes(page, `after ${JSON.stringify(key)}`, (state) => holds(state, earlier))
    await said(page).filter({ hasText: says }).waitFor({ state: 'attached' })
  }
  await prepare(page, 20, true)
  await page.keyboard.press('End')
  await mediaBecomes(page, 'after End', ({ time, duration }) => duration - time < 0.2)
  assert.deepEqual(complaints, [])
})

test('keys that change where the player stands', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('Test Card'))
  await focusPicture(page)
  const stage = page.getByRole('region', { name: /^Player: / })
  const narrow = (await stage.boundingBox())!.width
  await page.keyboard.press('t')
  await page.waitForFunction((width) => document.querySelector('section.stage')!.clientWidth > width * 1.2, narrow)
  await page.keyboard.press('t')
  await page.waitForFunction((width) => Math.abs(document.querySelector('section.stage')!.clientWidth - width) < 2, narrow)
  await page.keyboard.press('i')
  await page.locator('.film.small').waitFor()
  await page.keyboard.press('i')
  await page.locator('.film:not(.small)').waitFor()
  await page.keyboard.press('f')
  await page.waitForFunction(() => document.fullscreenElement?.classList.contains('film'))
  await page.keyboard.press('f')
  await page.waitForFunction(() => document.fullscreenElement === null)
  assert.deepEqual(complaints, [])
})

test('P asks for a picture in picture', async (t) => {
  const { page, complaints } = await openPage(t)
  // A browser without a screen has none to give; what is asked of it counts.
  await page.addInitScript(() => {
    HTMLVideoElement.prototype.requestPictureInPicture = function () {
      document.documentElement.dataset.asked = 'pip'
      return Promise.resolve(new EventTarget() as PictureInPictureWindow)
    }
    Object.defineProperty(document, 'pictureInPictureEnabled', { get: () => true })
  })
  await playAt(page, await watchPageOf('Test Card'))
  await focusPicture(page)
  await page.keyboard.press('p')
  await page.waitForSelector('html[data-asked=pip]', { state: 'attached' })
  assert.deepEqual(complaints, [])
})

test('? lists the keys and takes none until it is closed; N leads on', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('Test Card'))
  await focusPicture(page)
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keys' })
  await dialog.waitFor()
  for (const words of ['Play or pause', 'Captions on or off', 'Next video']) assert.equal(await dialog.getByText(words).count(), 1, words)
  const { volume, muted } = await mediaState(page)
  for (const key of ['m', 'ArrowDown', 'k']) await page.keyboard.press(key)
  const now = await mediaState(page)
  assert.deepEqual([now.volume, now.muted, now.paused], [volume, muted, false])
  await page.keyboard.press('?')
  await dialog.waitFor({ state: 'detached' })
  const here = page.url()
  await page.keyboard.press('n')
  await page.waitForURL((url) => url.href !== here)
  await playedTo(page, 0.2)
  assert.deepEqual(complaints, [])
})

test('keys with modifiers, in fields, menus and on controls mean what they mean there, and nothing acts twice', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('How a Video'))
  const untouched = async (what: string, before: MediaState) => {
    const { volume, muted, paused, speed, captions } = await mediaState(page)
    assert.deepEqual({ volume, muted, paused, speed, captions }, { volume: before.volume, muted: before.muted, paused: before.paused, speed: before.speed, captions: before.captions }, what)
  }
  await focusPicture(page)
  const start = await mediaState(page)
  for (const key of ['Alt+m', 'Control+m', 'Shift+M', 'Alt+ArrowDown']) await page.keyboard.press(key)
  await untouched('modifiers', start)

  await page.getByRole('button', { name: 'Transcript' }).click()
  const field = page.getByRole('searchbox', { name: 'Search the transcript' })
  await field.pressSequentially('km ?<5')
  assert.equal(await field.inputValue(), 'km ?<5')
  await untouched('in a field', start)

  // The menu's own arrows move in it. The field may have scrolled the player away, which then is a small one without a menu.
  await page.evaluate(() => scrollTo(0, 0))
  await page.locator('.film:not(.small)').waitFor()
  await page.locator('media-settings-menu-button').focus()
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.localName === 'media-settings-menu-item')
  for (const key of ['ArrowDown', 'ArrowDown', 'm']) await page.keyboard.press(key)
  await untouched('in a menu', start)
  await page.keyboard.press('Escape')

  // Space on a button presses it, once; a letter there is the player's, once.
  await page.locator('media-play-button').focus()
  await page.keyboard.press(' ')
  await mediaBecomes(page, 'paused by its button', ({ paused }) => paused)
  assert.equal(await page.evaluate(() => scrollY), 0)
  await page.keyboard.press('m')
  await mediaBecomes(page, 'muted', ({ muted }) => muted)
  assert.equal((await mediaState(page)).paused, true)

  // The volume's slider moves by its own arrows alone.
  await page.keyboard.press('m')
  await page.locator('media-volume-range').evaluate((range) => range.shadowRoot!.querySelector('input')!.focus())
  await page.keyboard.press('ArrowDown')
  const { volume } = await mediaBecomes(page, 'quieter', (state) => state.volume < 1)
  assert.notEqual(volume, 0.9)

  // On the page itself the arrows are the page's.
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.evaluate(() => document.body.focus())
  const left = (await mediaState(page)).volume
  await page.keyboard.press('ArrowDown')
  await page.waitForFunction(() => scrollY > 0)
  assert.equal((await mediaState(page)).volume, left)
  assert.deepEqual(complaints, [])
})

async function prepare(page: Page, from: number | undefined, paused: boolean): Promise<void> {
  await focusPicture(page)
  await page.evaluate((stopped) => {
    const media = document.querySelector('hls-video') as HTMLVideoElement
    if (stopped) media.pause()
    else void media.play()
  }, paused)
  if (from !== undefined) await goTo(page, from)
  await mediaBecomes(page, 'ready', (state) => state.paused === paused && (from === undefined || Math.abs(state.time - from) < SLACK))
}
