import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { openPage, playedTo } from './browser.ts'
import { picturesMade } from './made.ts'
import { awake, focusPicture, goTo, listed, mediaBecomes, mediaState, playAt, said, watchPageOf } from './watching.ts'

before(picturesMade)

test('every demo video plays, of whichever generation', async (t) => {
  const videos = await listed()
  assert.ok(videos.length >= 10, String(videos.length))
  const { page, complaints } = await openPage(t)
  for (const { title, url } of videos) {
    await playAt(page, url)
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    await playedTo(page, 3)
  }
  assert.deepEqual(complaints, [])
})

test('a click that comes before the page’s scripts is not lost', async (t) => {
  const { page, complaints } = await openPage(t)
  let release: () => void = () => undefined
  const clicked = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/_nuxt/*.js', async (route) => {
    await clicked
    return route.continue()
  })
  await page.goto(await watchPageOf('Test Card'), { waitUntil: 'commit' })
  await page.getByRole('button', { name: /^Play / }).click()
  release()
  await playedTo(page, 0.2)
  assert.deepEqual(complaints, [])
})

test('a video goes on where it was left, unless a link says otherwise or the history is off', async (t) => {
  const { page, complaints } = await openPage(t)
  const url = await watchPageOf('Test Card')
  await playAt(page, url)
  await goTo(page, 30)
  await mediaBecomes(page, 'there', ({ time }) => time > 30.2)
  await page.reload()
  await awake(page)
  await page.getByRole('button', { name: /^Play / }).click()
  await playedTo(page, 29)
  assert.ok((await mediaState(page)).time < 45)
  await said(page).filter({ hasText: /^Going on at 0:3\d$/ }).waitFor({ state: 'attached' })

  await playAt(page, `${url}?t=10`, 10)
  assert.ok((await mediaState(page)).time < 25)
  // To the end: then there is nothing to go on with.
  await goTo(page, 59)
  await mediaBecomes(page, 'at its end', ({ ended }) => ended)
  await playAt(page, url)
  assert.ok((await mediaState(page)).time < 20)

  await page.evaluate(() => localStorage.setItem('streamhut:history', 'off'))
  await goTo(page, 30)
  await mediaBecomes(page, 'there', ({ time }) => time > 30.2)
  await playAt(page, url)
  assert.ok((await mediaState(page)).time < 20)
  assert.deepEqual(complaints, [])
})

for (const [query, seconds] of [['t=20', 20], ['t=0m30s', 30], ['t=0', 0]] as const) {
  test(`a deep link begins at its moment: ${query}`, async (t) => {
    const { page, complaints } = await openPage(t)
    await page.goto(await watchPageOf('Test Card'))
    await page.evaluate(() => localStorage.setItem('streamhut:places', JSON.stringify({ [`at://${location.pathname.split('/')[2]}/place.stream.video/${location.pathname.split('/')[3]}`]: [40, 1] })))
    await playAt(page, `${await watchPageOf('Test Card')}?${query}`, seconds + 0.1)
    assert.ok((await mediaState(page)).time < seconds + 10)
    assert.deepEqual(complaints, [])
  })
}

test('the link at the current moment is copied', async (t) => {
  const { page, complaints } = await openPage(t, { permissions: ['clipboard-read', 'clipboard-write'] })
  const url = await watchPageOf('Test Card')
  await playAt(page, url)
  await page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).pause())
  await goTo(page, 42.5)
  await page.getByRole('button', { name: 'Copy link at 0:42' }).click()
  await page.getByText('Link copied').waitFor({ state: 'attached' })
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${url}?t=42`)
  assert.deepEqual(complaints, [])
})

test('at the end the next video is offered; it can be cancelled, begins by itself, and that can be switched off for good', async (t) => {
  const { page, complaints } = await openPage(t)
  const url = await watchPageOf('Paper Mountains')
  await playAt(page, url)
  const card = page.getByRole('region', { name: 'Up next' })
  await goTo(page, 19)
  await card.getByText(/^Plays in \d seconds?$/).waitFor()
  await card.getByRole('button', { name: 'Cancel' }).click()
  await card.waitFor({ state: 'detached' })
  assert.equal(page.url(), url)

  // Autoplay off: offered, but no clock.
  const autoplay = page.getByRole('button', { name: 'Autoplay' })
  await autoplay.click()
  assert.equal(await autoplay.getAttribute('aria-pressed'), 'false')
  await page.reload()
  await awake(page)
  await page.getByRole('button', { name: 'Autoplay', pressed: false }).waitFor()
  await page.getByRole('button', { name: /^Play / }).click()
  await playedTo(page, 0.2)
  await goTo(page, 19)
  await card.waitFor()
  assert.equal(await card.getByRole('timer').count(), 0)
  await page.getByRole('button', { name: 'Autoplay' }).click()

  // On again: the next one plays by itself.
  await goTo(page, 19)
  await page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).play())
  await card.getByRole('timer').waitFor()
  await page.waitForURL((other) => other.href !== url)
  await playedTo(page, 0.2)
  assert.deepEqual(complaints, [])
})

test('the theatre is remembered, and arrives with the page', async (t) => {
  const { page, complaints } = await openPage(t)
  const url = await watchPageOf('Test Card')
  await playAt(page, url)
  await focusPicture(page)
  await page.keyboard.press('t')
  await page.locator('.watch.theatre').waitFor()
  const answer = await page.reload()
  assert.match(await answer!.text(), /class="(watch theatre|theatre watch)"/)
  const stage = (await page.getByRole('region', { name: /^Player: / }).boundingBox())!
  assert.ok(stage.width > 1_000, String(stage.width))
  assert.deepEqual(complaints, [])
})

test('the player that is scrolled away stands small in the corner and plays on, and its place stays', async (t) => {
  const { page, complaints } = await openPage(t, { viewport: { width: 1280, height: 560 } })
  await playAt(page, await watchPageOf('Test Card'))
  const place = page.locator('section.stage')
  const height = (await place.boundingBox())!.height
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  const film = page.locator('.film.small')
  await film.waitFor()
  const corner = (await film.boundingBox())!
  assert.ok(corner.width < 500 && corner.x > 700 && corner.y + corner.height <= 560, JSON.stringify(corner))
  assert.equal((await place.boundingBox())!.height, height)
  const { time } = await mediaState(page)
  await mediaBecomes(page, 'playing on', (state) => !state.paused && state.time > time + 0.5)
  await film.getByRole('button', { name: 'Close the small player' }).click()
  await mediaBecomes(page, 'closed', ({ paused }) => paused)
  await film.waitFor({ state: 'detached' })
  await page.evaluate(() => scrollTo(0, 0))
  // The player has to see that it is seen: two scrolls within a frame are none.
  await page.evaluate(() => new Promise((seen) => new IntersectionObserver(([entry]) => entry!.isIntersecting && requestAnimationFrame(seen)).observe(document.querySelector('section.stage')!)))
  await page.evaluate(() => (document.querySelector('hls-video') as HTMLVideoElement).play())
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await film.getByRole('button', { name: 'Back to the page' }).click()
  await film.waitFor({ state: 'detached' })
  assert.deepEqual(complaints, [])
})

test('beside the engine’s source stands one that AirPlay can take', async (t) => {
  const { page } = await openPage(t)
  await playAt(page, await watchPageOf('Test Card'))
  const { first, second } = await page.evaluate(() => {
    const video = document.querySelector('hls-video')!.shadowRoot!.querySelector('video')!
    const source = video.querySelector('source')
    return { first: video.src, second: [source?.type, source?.src] }
  })
  assert.match(first, /^blob:/)
  assert.equal(second[0], 'application/x-mpegURL')
  assert.match(second[1] ?? '', /getPlaylist/)
})

test('the system is told what plays, and steers it', async (t) => {
  const { page, complaints } = await openPage(t)
  await page.addInitScript(() => {
    const handlers: Record<string, unknown> = {}
    Object.assign(globalThis, { handlers })
    navigator.mediaSession.setActionHandler = (action, handler) => void (handlers[action] = handler)
  })
  await playAt(page, await watchPageOf('Test Card'))
  const tale = await page.evaluate(() => {
    const { title, artist, artwork } = navigator.mediaSession.metadata!
    return { title, artist, artwork: artwork.map(({ src }) => src) }
  })
  assert.deepEqual([tale.title, tale.artist], ['Test Card: Sixty Seconds, Sixty Tones', 'Basalt'])
  assert.match(tale.artwork[0] ?? '', /getThumbnail/)
  await page.evaluate(() => (globalThis as unknown as { handlers: Record<string, (details: object) => void> }).handlers.seekto!({ seekTime: 33 }))
  await mediaBecomes(page, 'steered', ({ time }) => time >= 33)
  assert.deepEqual(complaints, [])
})
