import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openPage, playedTo } from './browser.ts'
import { picturesMade } from './made.ts'
import { focusPicture, goTo, mediaBecomes, mediaState, playAt, watchPageOf } from './watching.ts'

before(picturesMade)

test('the quality changes while the video plays, and Auto tells what plays', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('Paper Mountains'))
  await page.getByRole('button', { name: 'Loop' }).click()
  for (const [label, height] of [['1080p', 1080], ['540p', 540]] as const) {
    await choose(page, 'Quality', label)
    await mediaBecomes(page, label, (state) => state.height === height)
    const { time } = await mediaState(page)
    await mediaBecomes(page, 'going on', (state) => !state.paused && Math.abs(state.time - time) > 0.5)
  }
  await choose(page, 'Quality', /^Auto/)
  assert.deepEqual(await options(page, 'Quality'), ['1080p', '540p', 'Auto (540p)'])
  assert.deepEqual(complaints, [])
})

test('sound is chosen by what it is packed with, speed from a quarter to double', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('Paper Mountains'))
  await page.getByRole('button', { name: 'Loop' }).click()
  assert.deepEqual(await options(page, 'Sound'), ['AAC', 'Opus'])
  await choose(page, 'Sound', 'Opus')
  await page.waitForFunction(() => (document.querySelector('hls-video') as unknown as { api: { audioTrack: number } }).api.audioTrack === 1)
  const { time } = await mediaState(page)
  await mediaBecomes(page, 'going on with other sound', (state) => Math.abs(state.time - time) > 1)
  assert.deepEqual(await options(page, 'Speed'), ['0.25×', '0.5×', '0.75×', 'Normal', '1.25×', '1.5×', '1.75×', '2×'])
  await choose(page, 'Speed', '2×')
  await mediaBecomes(page, 'twice as fast', ({ speed }) => speed === 2)
  assert.deepEqual(complaints, [])
})

test('captions are shown in the chosen language, and switched off', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('How a Video'))
  assert.deepEqual((await options(page, 'Captions')).sort(), ['English', 'German', 'Off'])
  await choose(page, 'Captions', 'German')
  await goTo(page, 6)
  await page.waitForFunction(() => {
    const media = document.querySelector('hls-video') as HTMLVideoElement
    const shown = Array.from(media.textTracks).find(({ mode, kind }) => mode === 'showing' && kind !== 'chapters')
    return Array.from(shown?.activeCues ?? []).some((cue) => (cue as VTTCue).text.includes('Wie ein Video zu dir findet'))
  })
  await page.locator('media-captions-button').click()
  await mediaBecomes(page, 'off by the button', ({ captions }) => captions.length === 0)
  assert.deepEqual(complaints, [])
})

test('the transcript follows the video, is searched, and leads to a line’s moment', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('How a Video'))
  await page.getByRole('button', { name: 'Transcript' }).click()
  const panel = page.getByRole('region', { name: 'Transcript' })
  await panel.getByRole('button', { name: /Step 1 of 5: the record/ }).click()
  await mediaBecomes(page, 'at the line', ({ time }) => time > 14 && time < 20)
  await panel.locator('[aria-current=true]').filter({ hasText: 'Step 1 of 5' }).waitFor()
  await panel.getByRole('searchbox').fill('REPOSITORY step')
  await panel.getByRole('button', { name: /Step 2 of 5/ }).waitFor()
  assert.equal(await panel.getByRole('listitem').count(), 1)
  await panel.getByRole('searchbox').fill('nowhere')
  await panel.getByText('No line has these words.').waitFor()
  await panel.getByRole('searchbox').fill('')
  await panel.getByRole('combobox', { name: 'Language of the transcript' }).selectOption({ label: 'German' })
  await panel.getByRole('button', { name: /Schritt 1 von 5/ }).waitFor()
  assert.deepEqual(complaints, [])
})

test('a long transcript is on the page in parts', async (t) => {
  const { page } = await openPage(t)
  const clock = (second: number) => `${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.000`
  const lines = Array.from({ length: 3_000 }, (_, index) => `${clock(index)} --> ${clock(index + 1)}\nLine ${index}`)
  await page.route('**/place.stream.caption.getCaptions?*format=vtt&track=*', (route) => route.fulfill({ headers: { 'access-control-allow-origin': '*' }, body: `WEBVTT\n\n${lines.join('\n\n')}` }))
  await playAt(page, await watchPageOf('How a Video'))
  await page.getByRole('button', { name: 'Transcript' }).click()
  const panel = page.getByRole('region', { name: 'Transcript' })
  await panel.getByRole('button', { name: 'Line 20', exact: false }).first().waitFor()
  assert.ok((await panel.getByRole('listitem').count()) <= 202)
  await panel.getByRole('button', { name: 'Later lines' }).click()
  await panel.getByRole('button', { name: /Line 300$/ }).waitFor()
  assert.ok((await panel.getByRole('listitem').count()) <= 202)
})

test('chapters stand below the player and on its range; a click goes there and stays on the page', async (t) => {
  const { page, complaints } = await openPage(t)
  const url = await watchPageOf('Paper Mountains')
  await playAt(page, url)
  const chapters = page.getByRole('navigation', { name: 'Chapters' })
  assert.deepEqual(await chapters.getByRole('link').evaluateAll((links) => links.map((link) => [link.getAttribute('href')!.replace(/^.*\?/, ''), (link as HTMLElement).innerText.replace(/\s+/g, ' ')])), [
    ['t=0', '0:00 Over the far hills'],
    ['t=7', '0:07 Into the pines'],
    ['t=14', '0:14 The sun goes down'],
  ])
  await page.waitForFunction(() => document.querySelector('media-time-range')!.shadowRoot!.querySelectorAll('#segments-clipping rect').length === 3)
  await chapters.getByRole('link', { name: /Into the pines/ }).click()
  await mediaBecomes(page, 'in the chapter', ({ time }) => time >= 6.9 && time < 13)
  assert.equal(page.url(), url)
  await chapters.locator('[aria-current=true]').filter({ hasText: 'Into the pines' }).waitFor()

  const range = (await page.locator('media-time-range').boundingBox())!
  await page.mouse.move(range.x + range.width * 0.3, range.y + range.height / 2)
  await page.mouse.move(range.x + range.width * 0.85, range.y + range.height / 2)
  await page.locator('media-time-range > media-preview-chapter-display').filter({ hasText: 'The sun goes down' }).waitFor()
  assert.deepEqual(complaints, [])
})

test('chapters are links without JavaScript, and a click on one starts a player that waits', async (t) => {
  const { page } = await openPage(t, { javaScriptEnabled: false })
  await page.goto(await watchPageOf('Paper Mountains'))
  await page.getByRole('link', { name: /Into the pines/ }).click()
  await page.waitForURL(/\?t=7$/)

  const { page: other } = await openPage(t)
  await other.goto(await watchPageOf('Paper Mountains'), { waitUntil: 'networkidle' })
  await other.getByRole('link', { name: /The sun goes down/ }).click()
  await playedTo(other, 14)
})

test('titles of chapters that are markup stay text', async (t) => {
  const { page, complaints } = await openPage(t)
  const title = '<img src=x onerror=alert(1)>&amp;"\u202e'
  await page.route('**/getVideo?*', async (route) => {
    const answer = await route.fetch()
    return route.fulfill({ response: answer, json: { ...((await answer.json()) as object), chapters: [{ startMs: 0, title }, { startMs: 5_000, title: 'x'.repeat(5_000) }] } })
  })
  // Where the browser itself asks for the video, its answer can be changed: on a page that is reached by a click.
  await page.goto(new URL('/', await watchPageOf('Test Card')).href, { waitUntil: 'networkidle' })
  await page.locator('main article').first().getByRole('link').first().click()
  await playedTo(page, 0.3)
  await page.getByRole('navigation', { name: 'Chapters' }).getByText(title.replace('\u202e', '').slice(0, 20)).waitFor()
  const range = (await page.locator('media-time-range').boundingBox())!
  await page.mouse.move(range.x + range.width * 0.5, range.y + range.height / 2)
  await page.mouse.move(range.x + range.width * 0.05, range.y + range.height / 2)
  await page.waitForFunction((text) => document.querySelector('media-preview-chapter-display')?.getAttribute('mediapreviewchapter') === text, title)
  assert.deepEqual(complaints, [])
})

test('the panel of numbers tells of the running stream', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('Paper Mountains'), 1)
  await page.getByRole('button', { name: 'Statistics' }).click()
  const panel = page.getByRole('region', { name: 'Statistics' })
  for (const row of [/Picture → box.*(960×540|1920×1080) →/, /Level.*[12]\/2 · .*bit\/s · automatic/, /Loaded ahead.*\d+\.\d s/, /Frames.*\d+ of \d+ dropped/, /Bandwidth.*bit\/s/]) await panel.locator('dl > div').filter({ hasText: row }).waitFor()
  await panel.getByRole('button', { name: 'Close' }).click()
  await panel.waitFor({ state: 'detached' })
  assert.deepEqual(complaints, [])
})

/** Chooses from one of the settings' menus, as a viewer would. */
async function choose(page: Page, menu: string, label: string | RegExp): Promise<void> {
  await openMenu(page, menu)
  await item(page, menu).locator('media-chrome-menu-item').filter({ hasText: typeof label === 'string' ? new RegExp(`^\\s*${label}\\s*$`) : label }).click()
  await closeMenu(page)
}

async function options(page: Page, menu: string): Promise<string[]> {
  await openMenu(page, menu)
  const labels = await item(page, menu).locator('media-chrome-menu-item').allInnerTexts()
  await closeMenu(page)
  return labels.map((label) => label.trim())
}

const item = (page: Page, menu: string) => page.locator('media-settings-menu-item').filter({ hasText: new RegExp(`^\\s*${menu}`) })

async function openMenu(page: Page, menu: string): Promise<void> {
  // Controls that hide would take the menu along.
  await page.locator('media-controller').evaluate((controller) => controller.setAttribute('autohide', '-1'))
  await focusPicture(page)
  await page.locator('media-settings-menu-button').click()
  await focusIsIn(page, 'media-settings-menu-item')
  await item(page, menu).click()
  await focusIsIn(page, '[slot=submenu]')
}

async function closeMenu(page: Page): Promise<void> {
  // A choice closes its own menu, and Escape the innermost that is open.
  for (const open of ['[slot=submenu]', 'media-settings-menu']) {
    if (await page.locator(`${open}:not([hidden])`).count()) await page.keyboard.press('Escape')
    await page.locator(`${open}:not([hidden])`).waitFor({ state: 'detached' })
  }
}

/** A menu takes the focus once it has come to rest. */
function focusIsIn(page: Page, selector: string) {
  return page.waitForFunction((expected) => document.activeElement?.matches(expected), selector)
}
