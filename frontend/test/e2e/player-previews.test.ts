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
type Cue = { end: number; sheet: string; x: number; y: number; width: number; height: number }

for (const title of ['Paper Mountains', 'Into the Mandelbrot', 'Test Card', 'A Lava Lamp']) {
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
    for (const share of [0.9, 0.1, 0.5, 0.98, 0.02]) {
      const { time, picture } = await shotAt(page, share)
      const index = Math.max(0, cues.findIndex(({ end }) => time < end))
      const cue = cues[index]!
      const shown = await quadrants(page, picture)
      const expected = await quadrants(page, cue)
      assert.ok(distance(shown, expected) <= TOLERANCE, `at ${time} s: ${JSON.stringify(shown)} is not ${JSON.stringify(expected)} of ${cue.sheet} ${cue.x},${cue.y}`)
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
    cues = [...body.matchAll(/--> (\d+):(\d+):([\d.]+)\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g)].map(([, hours, minutes, seconds, sheet = '', x, y, width, height]) => ({
      end: 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds),
      sheet: new URL(sheet, track.href).href,
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }))
  }, 120)
  return cues
}

/** Points at a share of the time range; gives the moment that it previews, and a screenshot of the preview (PNG in base64). */
async function shotAt(page: Page, share: number): Promise<{ time: number; picture: string }> {
  const range = (await page.locator('media-time-range').evaluate((element) => {
    const { x, y, width, height } = element.shadowRoot!.querySelector('#range')!.getBoundingClientRect()
    return { x, y, width, height }
  }))
  const moveTo = (part: number) => page.mouse.move(range.x + range.width * part, range.y + range.height / 2)
  // The range takes no notice of a pointer that stays in the same second.
  await moveTo(share < 0.5 ? share + 0.4 : share - 0.4)
  await moveTo(share)
  const preview = page.locator('media-time-range > media-preview-thumbnail')
  await page.waitForFunction((part) => {
    const element = document.querySelector('media-time-range > media-preview-thumbnail')
    const range = element?.parentElement
    const image = element?.shadowRoot?.querySelector('img')
    const box = range?.shadowRoot?.querySelector('[part~=preview-box]')
    const { duration } = document.querySelector('hls-video') as HTMLVideoElement
    const time = Number(range?.getAttribute('mediapreviewtime'))
    return Math.abs(time - part * duration) < 1 && element!.hasAttribute('mediapreviewimage') && image!.complete && image!.naturalWidth > 0 && getComputedStyle(box!).opacity === '1' && getComputedStyle(element!).visibility === 'visible'
  }, share)
  const time = Number(await page.locator('media-time-range').getAttribute('mediapreviewtime'))
  return { time, picture: (await preview.screenshot({ animations: 'allow' })).toString('base64') }
}

/** The mean colour of each quarter of a picture's inner part: its frame and round corners are left out. */
function quadrants(page: Page, picture: string | Cue): Promise<Colour[]> {
  return page.evaluate(async (of) => {
    const bytes = typeof of === 'string' ? Uint8Array.from(atob(of), (character) => character.charCodeAt(0)) : new Uint8Array(await (await fetch(of.sheet)).arrayBuffer())
    const whole = await createImageBitmap(new Blob([bytes]))
    const { x, y, width, height } = typeof of === 'string' ? { x: 0, y: 0, width: whole.width, height: whole.height } : of
    const inset = 0.08
    const canvas = new OffscreenCanvas(80, 80)
    const context = canvas.getContext('2d')!
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
