import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { openPage, playedTo } from './browser.ts'
import { picturesMade } from './made.ts'
import { awake, goTo, mediaBecomes, playAt, said, watchPageOf } from './watching.ts'

before(picturesMade)

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }

test('on a phone every control is within the picture, and large enough to touch', async (t) => {
  const { page, complaints } = await openPage(t, PHONE)
  await page.goto(await watchPageOf('How a Video'))
  await awake(page)
  await page.getByRole('button', { name: /^Play / }).tap()
  await playedTo(page, 0.3)
  const stage = (await page.getByRole('region', { name: /^Player: / }).boundingBox())!
  assert.equal(stage.width, 360)
  for (const name of ['media-play-button', 'media-mute-button', 'media-captions-button', 'media-settings-menu-button', 'media-fullscreen-button']) {
    const box = (await page.locator(name).boundingBox())!
    assert.ok(box.x >= 0 && box.x + box.width <= 360.5 && box.y + box.height <= stage.y + stage.height + 0.5, `${name} ${JSON.stringify(box)}`)
    assert.ok(box.width >= 44 && box.height >= 44, `${name} ${JSON.stringify(box)}`)
  }
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0)
  assert.deepEqual(complaints, [])
})

test('tapping twice on a side seeks that way, and says so', async (t) => {
  const { page, complaints } = await openPage(t, PHONE)
  await page.goto(await watchPageOf('Test Card'))
  await awake(page)
  await page.getByRole('button', { name: /^Play / }).tap()
  await playedTo(page, 0.3)
  await page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).pause())
  await goTo(page, 20)
  await mediaBecomes(page, 'there', ({ time }) => time === 20)
  const tapTwice = (share: number) =>
    page.evaluate((part) => {
      // Two real taps may lie further apart than a finger's on a busy machine.
      const controller = document.querySelector('media-controller')!
      const { left, top, width, height } = controller.getBoundingClientRect()
      for (let tap = 0; tap < 2; tap += 1) controller.dispatchEvent(new PointerEvent('pointerup', { pointerType: 'touch', bubbles: true, composed: true, clientX: left + width * part, clientY: top + height / 3 }))
    }, share)
  await tapTwice(0.9)
  await mediaBecomes(page, 'forward', ({ time }) => time === 30)
  await said(page).filter({ hasText: 'Forward 10 seconds' }).waitFor({ state: 'attached' })
  await page.locator('.hint.right').waitFor()
  await tapTwice(0.1)
  await mediaBecomes(page, 'back', ({ time }) => time === 20)
  await page.locator('.hint.left').waitFor()
  await tapTwice(0.5)
  await mediaBecomes(page, 'as before', ({ time }) => time === 20)
  assert.deepEqual(complaints, [])
})

test('on a page from right to left the controls keep their order, and time runs as it did', async (t) => {
  const { page, complaints } = await openPage(t)
  await playAt(page, await watchPageOf('Test Card'))
  await page.evaluate(() => (document.documentElement.dir = 'rtl'))
  await page.locator('media-controller').evaluate((controller) => controller.setAttribute('autohide', '-1'))
  const play = (await page.locator('media-play-button').boundingBox())!
  const fullscreen = (await page.locator('media-fullscreen-button').boundingBox())!
  assert.ok(play.x < fullscreen.x)
  const range = (await page.locator('media-time-range').boundingBox())!
  await page.mouse.click(range.x + range.width * 0.75, range.y + range.height / 2)
  await mediaBecomes(page, 'three quarters on', ({ time }) => time > 40 && time < 55)
  assert.deepEqual(complaints, [])
})

test('in German the player speaks German, its own controls too', async (t) => {
  const { page, complaints } = await openPage(t, { locale: 'de-DE' })
  await page.goto(await watchPageOf('How a Video'))
  await awake(page)
  await page.getByRole('button', { name: /abspielen$/ }).click()
  await playedTo(page, 0.3)
  await page.keyboard.press('m')
  await said(page).filter({ hasText: 'Ton aus' }).waitFor({ state: 'attached' })
  await page.keyboard.press('c')
  await said(page).filter({ hasText: 'Untertitel: Deutsch' }).waitFor({ state: 'attached' })
  assert.match((await page.locator('media-play-button').getAttribute('aria-label')) ?? '', /pause/i)
  assert.equal(await page.locator('media-fullscreen-button').getAttribute('aria-label'), 'Vollbildmodus aktivieren')
  assert.deepEqual(complaints, [])
})
