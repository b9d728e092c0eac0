import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { openPage } from './browser.ts'
import { eventually, picturesMade } from './made.ts'
import { listed, playAt, watchPageOf } from './watching.ts'

before(picturesMade)

/** Mean colours may differ by so much of 255: the picture is scaled, and its parts are cut at whole pixels. */
const TOLERANCE = 12

type Colour = [red: number, green: number, blue: number]
type Cue = { start: number; end: number; sheet: string; x: number; y: number; width: number; height: number }

for (const title of ['Into the Mandelbrot', 'How a Video', 'A Lava Lamp']) {
  test(`scrubbing shows the part of the sheet that stands for the moment: ${title}`, async (t) => {
    const { page, complaints } = await openPage(t)
    const url = await watchPageOf(title)
    const cues = await finalCues(page, url)
    await playAt(page, url)
    await page.locator('media-controller').evaluate((controller) => controller.setAttribute('autohide', '-1'))
    await page.waitForFunction((sheets) => {
      const track = Array.from((document.querySelector('hls-video') as HTMLVideoElement).textTracks).find(({ label }) => label === 'thumbnails')
      return track?.cues?.length === sheets
    }, cues.length)
    let unlike = 0
    for (const index of [cues.length - 1, 0, Math.floor(cues.length / 2), 1, cues.length - 2]) {
      const cue = cues[index]!
      const moment = (cue.start + cue.end) / 2
      const shown = await quadrants(page, await shotAt(page, moment))
      const expected = await quadrants(page, cue)
      assert.ok(distance(shown, expected) <= TOLERANCE, `at ${moment} s: ${JSON.stringify(shown)} is not ${JSON.stringify(expected)} of ${cue.sheet} ${cue.x},${cue.y}`)
      for (const other of cues) if (distance(shown, await quadrants(page, other)) > TOLERANCE) unlike += 1
    }
    // Else the comparison could not fail.
    assert.ok(unlike > 0, 'all parts of the sheet look alike')
    assert.deepEqual(complaints, [])
  })
}

test('every demo video has previews over its whole length', async (t) => {
  const { page } = await openPage(t)
  for (const { title, url } of await listed()) {
    const cues = await finalCues(page, url)
    assert.ok(cues.length >= 2, title)
  }
})

/** Waits for the final board of a video's previews; gives its cues. */
async function finalCues(page: Page, url: string): Promise<Cue[]> {
  await page.goto(url)
  const poster = await page.getByRole('region', { name: /^Player: / }).locator('img').getAttribute('src')
  const track = new URL(poster!.replace('/getThumbnail?', '/getVtt?'))
  track.searchParams.delete('width')
  let cues: Cue[] = []
  await eventually(async () => {
    const answer = await fetch(track)
    const body = await answer.text()
    assert.match(answer.headers.get('cache-control') ?? '', /immutable/, `${answer.status} ${body.slice(0, 80)}`)
    cues = [...body.matchAll(/([\d:.]+) --> ([\d:.]+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g)].map(([, start = '', end = '', sheet = '', x, y, width, height]) => ({
      start: seconds(start),
      end: seconds(end),
      sheet: new URL(sheet, track.href).href,
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }))
  }, 120)
  return cues
}

/** Points at a moment on the time range; gives a screenshot of the preview (PNG in base64). */
async function shotAt(page: Page, moment: number): Promise<string> {
  const { x, y, width, height, duration } = await page.locator('media-time-range').evaluate((element) => {
    const box = element.shadowRoot!.querySelector('#range')!.getBoundingClientRect()
    return { x: box.x, y: box.y, width: box.width, height: box.height, duration: (document.querySelector('hls-video') as HTMLVideoElement).duration }
  })
  const share = moment / duration
  const moveTo = (part: number) => page.mouse.move(x + width * part, y + height / 2)
  // The range takes no notice of a pointer that stays in the same second.
  await moveTo(share < 0.5 ? share + 0.4 : share - 0.4)
  await moveTo(share)
  await page.waitForFunction((goal) => {
    const element = document.querySelector('media-time-range > media-preview-thumbnail')
    const range = element?.parentElement
    const image = element?.shadowRoot?.querySelector('img')
    const box = range?.shadowRoot?.querySelector('[part~=preview-box]')
    const time = Number(range?.getAttribute('mediapreviewtime'))
    return Math.abs(time - goal) < 0.3 && element!.hasAttribute('mediapreviewimage') && image!.complete && image!.naturalWidth > 0 && getComputedStyle(box!).opacity === '1' && getComputedStyle(element!).visibility === 'visible'
  }, moment)
  return (await page.locator('media-time-range > media-preview-thumbnail').screenshot({ animations: 'allow' })).toString('base64')
}

function seconds(clock: string): number {
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

/** The mean colour of each quarter of a picture's inner part: its frame and round corners are left out. */
function quadrants(page: Page, picture: string | Cue): Promise<Colour[]> {
  return page.evaluate(async (of) => {
    const bytes = typeof of === 'string' ? Uint8Array.from(atob(of), (character) => character.charCodeAt(0)) : new Uint8Array(await (await fetch(of.sheet)).arrayBuffer())
    const whole = await createImageBitmap(new Blob([bytes]))
    const { x, y, width, height } = typeof of === 'string' ? { x: 0, y: 0, width: whole.width, height: whole.height } : of
    const inset = 0.08
    const canvas = new OffscreenCanvas(80, 80)
    const context = canvas.getContext('2d', { willReadFrequently: true })!
    context.drawImage(whole, x + width * inset, y + height * inset, width * (1 - 2 * inset), height * (1 - 2 * inset), 0, 0, 80, 80)
    return [[0, 0], [40, 0], [0, 40], [40, 40]].map(([left, top]): [number, number, number] => {
      const { data } = context.getImageData(left!, top!, 40, 40)
      const sums: [number, number, number] = [0, 0, 0]
      for (let pixel = 0; pixel < data.length; pixel += 4) for (const channel of [0, 1, 2] as const) sums[channel] += data[pixel + channel]!
      return sums.map((sum) => Math.round(sum / 1_600)) as [number, number, number]
    })
  }, picture)
}

/** The largest difference of a channel between two pictures' quarters. */
function distance(one: Colour[], other: Colour[]): number {
  return Math.max(...one.flatMap((colour, quarter) => colour.map((channel, index) => Math.abs(channel - other[quarter]![index]!))))
}
