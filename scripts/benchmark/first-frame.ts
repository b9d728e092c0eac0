import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { BROWSER } from '../localnet/browser.ts'
import { minimalPlayer } from './minimal-player.ts'
import { row, type Row } from './row.ts'
import type { Stage } from './stage.ts'
import { inTurns } from './turns.ts'

export const ROWS = ['first_frame'] as const

const ROUNDS = 15
/** Runs before anything counts: bundle and node become warm. */
const WARM_UP = 2
/** Milliseconds that a pointer is over a button before it is pressed: less than a hand takes. */
const REACH_MS = 150

/** From a click to the first frame on a watch page, held against hls.js on a page of its own with the same stream. */
export async function firstFrame(stage: Stage): Promise<Row[]> {
  const [cinema, video] = [await stage.cinema(), await stage.film()]
  const uri = await cinema.publish(video)
  const [did, , rkey] = uri.slice('at://'.length).split('/')
  const peer = await minimalPlayer()
  try {
    const pages = {
      ours: () => clicked(cinema.site(`/watch/${did}/${rkey}`), '.start'),
      peer: () => clicked(peer.page(cinema.bundle(`getPlaylist?${new URLSearchParams({ uri })}`)), 'button'),
    }
    const took = await stage.step('first_frame', async () => {
      await inTurns(pages, WARM_UP)
      return inTurns(pages, ROUNDS)
    })
    return [row({ name: 'first_frame', what: "from a click on the watch page's poster to the first decoded frame, in a new browser each time; peer: hls.js's build on a bare page, the same stream", unit: 'ms', ours: took.ours, peer: took.peer, limit: 1.15 })]
  } finally {
    peer.stop()
  }
}

/** Opens a page in a new browser, waits until it rests, clicks; gives the milliseconds until a frame of a video is decoded. */
async function clicked(url: string, button: string): Promise<number> {
  const profile = await mkdtemp(join(tmpdir(), 'streamhut-frame-'))
  const browser = await chromium.launchPersistentContext(profile, BROWSER)
  try {
    const page = browser.pages()[0] ?? (await browser.newPage())
    await page.goto(url, { waitUntil: 'networkidle' })
    await page.locator(button).waitFor()
    const frame = firstFrameAfterClick(page, button)
    // A hand reaches a button before it presses it.
    await page.locator(button).hover()
    await page.waitForTimeout(REACH_MS)
    await page.locator(button).click()
    return await frame
  } finally {
    await browser.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Milliseconds from the click's own time to the first frame that a video, be it in an element's shadow, has decoded. */
function firstFrameAfterClick(page: Page, button: string): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    document.querySelector(${JSON.stringify(button)}).addEventListener('click', ({ timeStamp }) => {
      const look = () => {
        const holder = document.querySelector('hls-video, video')
        const video = holder?.nativeEl ?? holder
        if (video?.requestVideoFrameCallback) video.requestVideoFrameCallback((now) => resolve(now - timeStamp))
        else setTimeout(look, 1)
      }
      look()
    }, { capture: true })
  })`)
}
