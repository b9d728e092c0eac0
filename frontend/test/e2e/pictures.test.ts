import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { openPage, playedTo, siteUrl } from './browser.ts'
import { eventually, picturesMade } from './made.ts'

before(picturesMade)

test('the home page shows every video by a picture of its own, and nothing moves when they come', async (t) => {
  for (const options of [{}, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }]) {
    const { page, complaints } = await openPage(t, options)
    const standIns: string[] = []
    page.on('response', (response) => {
      const reason = response.headers()['x-bundle-reason']
      if (reason) standIns.push(`${response.url()}: ${reason}`)
    })
    await watchShifts(page)
    await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
    const pictures = await page.locator('main article img').evaluateAll((images) =>
      (images as HTMLImageElement[]).map((image) => ({
        alt: image.alt,
        title: image.closest('article')?.querySelector('h2')?.innerText.trim(),
        inView: image.getBoundingClientRect().top < innerHeight,
        loading: image.loading,
        urgent: image.fetchPriority === 'high',
        width: image.naturalWidth,
        address: image.currentSrc,
      })),
    )
    assert.equal(pictures.length, await page.locator('main article').count())
    assert.deepEqual(pictures.map(({ alt }) => alt), pictures.map(({ title }) => title))
    assert.deepEqual(pictures.flatMap(({ urgent }, index) => (urgent ? [index] : [])), [0])
    assert.equal(pictures.at(-1)!.loading, 'lazy')
    const seen = pictures.filter(({ inView }) => inView)
    assert.ok(seen.length >= 2)
    for (const { alt, width, address } of seen) {
      assert.ok(width > 0, `${alt} has no picture`)
      assert.match(address, /\/getThumbnail\?uri=at%3A[^ ]+&cid=b[a-z2-7]+&width=(320|640|960)$/)
    }
    assert.deepEqual(standIns, [])
    assert.equal(await shifts(page), 0)
    assert.deepEqual(complaints, [])
  }
})

test('the scenery stands where a picture fails, and where a video comes with a warning', async (t) => {
  const { page } = await openPage(t)
  const asked: string[] = []
  await page.route('**/getThumbnail?*', (route) => {
    asked.push(route.request().url())
    return route.fulfill({ status: 503, body: '' })
  })
  let warned = ''
  await page.route('**/listVideos?*', async (route) => {
    const answer = await route.fetch()
    const page = (await answer.json()) as { videos: { uri: string; title: string; contentWarnings?: string[] }[] }
    const video = page.videos.at(-1)!
    video.contentWarnings = ['flashingLights']
    warned = video.title
    return route.fulfill({ response: answer, json: page })
  })
  await page.goto(`${siteUrl()}/`, { waitUntil: 'networkidle' })
  const first = page.locator('main article').first()
  await first.locator('svg').waitFor()
  assert.equal(await first.locator('img').count(), 0)

  // The list is now asked for by the browser, where its answer can be changed.
  await page.unroute('**/getThumbnail?*')
  await first.getByRole('link').click()
  await page.getByRole('region', { name: /^Player: / }).waitFor()
  asked.length = 0
  page.on('request', (request) => request.url().includes('/getThumbnail?') && asked.push(request.url()))
  await page.getByRole('link', { name: 'Streamhut, home' }).click()
  await page.getByRole('heading', { level: 1, name: 'Newest videos' }).waitFor()
  const card = page.locator('main article').filter({ has: page.getByRole('link', { name: warned, exact: true }) })
  await card.scrollIntoViewIfNeeded()
  await page.waitForLoadState('networkidle')
  assert.notEqual(warned, '')
  assert.equal(await card.locator('svg').isVisible(), true)
  assert.equal(await card.locator('img').count(), 0)
  assert.ok(asked.length > 0, 'no other video has a picture')
})

test('the player waits behind the picture of the video', async (t) => {
  const { page, complaints } = await openPage(t)
  await watchShifts(page)
  await page.goto((await watchPages())[0]!, { waitUntil: 'networkidle' })
  const poster = page.getByRole('region', { name: /^Player: / }).locator('img')
  const { width, address, drawing } = await poster.evaluate((image: HTMLImageElement) => ({
    width: image.naturalWidth,
    address: image.currentSrc,
    drawing: getComputedStyle(image.previousElementSibling!).visibility,
  }))
  assert.ok(width > 0)
  assert.match(address, /&cid=b[a-z2-7]+&width=(960|1280)$/)
  assert.equal(drawing, 'hidden')
  assert.equal(await shifts(page), 0)
  assert.deepEqual(complaints, [])
})

test('the time range previews the moment under the pointer', async (t) => {
  const { page, complaints } = await openPage(t)
  const board = page.waitForResponse((response) => response.url().includes('/getVtt?') && response.status() === 200 && /immutable/.test(response.headers()['cache-control'] ?? ''))
  await page.goto((await watchPages())[0]!)
  await page.getByRole('button', { name: /^Play / }).click()
  await playedTo(page, 0.2)
  const vtt = await board
  const cues = cuesOf(await vtt.text(), vtt.url())
  assert.ok(cues.length > 2)
  for (const share of [0.9, 0.1, 0.5]) {
    const { time, image, coordinates, sheet } = await previewAt(page, share)
    const cue = cues.find(({ end }) => time < end) ?? cues.at(-1)!
    assert.deepEqual({ image, coordinates }, { image: `${cue.sheet}#xywh=${cue.rectangle}`, coordinates: cue.rectangle.replaceAll(',', ' ') }, `at ${time} s`)
    const [x = 0, y = 0, width = 0, height = 0] = cue.rectangle.split(',').map(Number)
    assert.equal(sheet.address, cue.sheet)
    assert.ok(sheet.width >= x + width && sheet.height >= y + height, `${cue.rectangle} of ${sheet.width}x${sheet.height}`)
  }
  assert.deepEqual(complaints, [])
})

test('previews that are not there yet come by themselves, coarse ones first, and better ones replace them', async (t) => {
  const { page, complaints } = await openPage(t)
  const sheet = await sheetOf((await watchPages())[0]!, page)
  const vtt = (rectangle: string) => `WEBVTT\n\n00:00:00.000 --> 00:01:00.000\n${sheet}#xywh=${rectangle}\n`
  const stages: { status: number; headers: Record<string, string>; body: string }[] = [
    { status: 202, headers: { 'retry-after': '1', 'cache-control': 'no-store' }, body: 'WEBVTT\n' },
    { status: 200, headers: { 'cache-control': 'public, max-age=1' }, body: vtt('0,0,160,90') },
    { status: 200, headers: { 'cache-control': 'public, max-age=1' }, body: vtt('0,0,160,90') },
    { status: 200, headers: { 'cache-control': 'public, max-age=31536000, immutable' }, body: vtt('160,0,160,90') },
  ]
  let asked = 0
  const tracks: number[] = []
  let released: () => void = () => undefined
  const better = new Promise<void>((resolve) => (released = resolve))
  await page.route('**/getVtt?*', async (route) => {
    const byScript = route.request().resourceType() === 'fetch'
    if (byScript) asked += 1
    else tracks.push(asked)
    if (byScript && asked === stages.length) await better
    const { status, headers, body } = stages[Math.min(asked, stages.length) - 1] ?? assert.fail('the track came before the first answer')
    return route.fulfill({ status, headers: { ...headers, 'content-type': 'text/vtt; charset=utf-8', 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' }, body })
  })
  await page.getByRole('button', { name: /^Play / }).click()
  assert.equal((await previewAt(page, 0.4)).coordinates, '0 0 160 90')
  released()
  await eventually(async () => assert.equal((await previewAt(page, 0.6)).coordinates, '160 0 160 90'))
  // Each board is loaded once, and nobody asks on after the last.
  await sleep(1_500)
  assert.deepEqual({ asked, tracks }, { asked: 4, tracks: [2, 4] })
  assert.deepEqual(complaints, [])
})

/** Counts layout shifts that nobody caused, from the page's beginning. */
async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const sum = { shifted: 0 }
    Object.assign(globalThis, sum)
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) (globalThis as unknown as typeof sum).shifted += entry.value
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

function shifts(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { shifted: number }).shifted)
}

/** Holds the pointer over the time range at this share of its length, and tells what the preview shows. */
async function previewAt(page: Page, share: number) {
  await page.waitForFunction(() => {
    const tracks = Array.from((document.querySelector('hls-video') as HTMLVideoElement | null)?.textTracks ?? [])
    return tracks.some(({ label, cues }) => label === 'thumbnails' && cues !== null && cues.length > 0)
  })
  const range = (await page.locator('media-time-range').boundingBox())!
  const moveTo = (part: number) => page.mouse.move(range.x + range.width * part, range.y + range.height / 2)
  // The range takes no notice of a pointer that stays in the same second.
  await moveTo(share < 0.5 ? share + 0.4 : share - 0.4)
  await moveTo(share)
  const preview = page.locator('media-time-range > media-preview-thumbnail')
  await page.waitForFunction(
    ([element, part]) => {
      const image = element?.shadowRoot?.querySelector('img')
      const time = Number(element?.parentElement?.getAttribute('mediapreviewtime'))
      const { duration } = document.querySelector('hls-video') as HTMLVideoElement
      return Math.abs(time - part * duration) < 1 && element?.hasAttribute('mediapreviewimage') && image?.complete && image.naturalWidth > 0
    },
    [await preview.elementHandle(), share] as const,
  )
  return preview.evaluate((element) => {
    const image = element.shadowRoot!.querySelector('img')!
    return {
      time: Number(element.parentElement!.getAttribute('mediapreviewtime')),
      image: element.getAttribute('mediapreviewimage'),
      coordinates: element.getAttribute('mediapreviewcoords'),
      sheet: { address: image.src, width: image.naturalWidth, height: image.naturalHeight },
    }
  })
}

/** The cues of a thumbnails track: seconds at which each ends, its sheet's address, and `x,y,w,h` there. */
function cuesOf(vtt: string, base: string): { end: number; sheet: string; rectangle: string }[] {
  return [...vtt.matchAll(/--> (\d+):(\d+):([\d.]+)\n(\S+)#xywh=(\S+)/g)].map(([, hours, minutes, seconds, sheet = '', rectangle = '']) => ({
    end: 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds),
    sheet: new URL(sheet, base).href,
    rectangle,
  }))
}

/** Opens a watch page; gives the address of a sheet of its video, relative to its thumbnails track. */
async function sheetOf(address: string, page: Page): Promise<string> {
  await page.goto(address)
  const poster = await page.getByRole('region', { name: /^Player: / }).locator('img').getAttribute('src')
  const track = new URL(poster!.replace('/getThumbnail?', '/getVtt?'))
  track.searchParams.delete('width')
  let sheet = ''
  await eventually(async () => {
    const [cue] = cuesOf(await (await fetch(track)).text(), track.href)
    assert.ok(cue, 'no storyboard')
    sheet = `getSprite${new URL(cue.sheet).search}`
  }, 60)
  return sheet
}

/** The addresses of the watch pages that the home page links to. */
async function watchPages(): Promise<string[]> {
  const html = await (await fetch(`${siteUrl()}/`)).text()
  const paths = [...html.matchAll(/href="(\/watch\/[^"]+)"/g)].map(([, path]) => `${siteUrl()}${path}`)
  assert.ok(paths.length > 0, 'the home page has no link to a watch page')
  return paths
}
