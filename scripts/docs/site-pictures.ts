/**
 * Makes the pictures of docs/frontend.md and the README from a running system: player.jpg, home.jpg, creator.jpg, phone.jpg.
 *
 *     node scripts/docs/site-pictures.ts SITE_URL       the URL that ./scripts/dev prints for the web player
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'
import { BROWSER } from '../localnet/browser.ts'
import { ROOT } from '../localnet/places.ts'

/** The video that is shown; it has chapters, two renditions and comments. */
const SHOWN = 'Paper Mountains at Dusk'

const [site] = process.argv.slice(2)
if (!site) throw new Error('usage: node scripts/docs/site-pictures.ts SITE_URL')

const html = await (await fetch(`${site}/`)).text()
const path = new RegExp(`href="(/watch/[^"]+)"[^>]*>${SHOWN}<`).exec(html)?.[1]
if (!path) throw new Error(`the home page lists no “${SHOWN}”`)
const creator = `/creator/${path.split('/')[2]}/`

const browser = await chromium.launch(BROWSER)
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: 'dark' }

await shot('home', DESKTOP, '/')
await shot('creator', DESKTOP, creator)
await shot('phone', PHONE, '/')
await shot('player', DESKTOP, path, async (page) => {
  await page.locator('.start').click()
  await until(page, `document.querySelector('hls-video')?.currentTime > 2`)
  const range = page.locator('media-time-range')
  const box = await range.boundingBox()
  if (!box) throw new Error('the player has no time range')
  await until(page, `document.querySelector('track[label=thumbnails]') !== null`)
  await page.mouse.move(box.x + box.width * 0.83, box.y + box.height / 2)
  await until(page, `document.querySelector('media-preview-thumbnail')?.hasAttribute('mediapreviewimage')`)
  // It fades in.
  await sleep(600)
  await page.mouse.move(box.x + box.width * 0.83 + 1, box.y + box.height / 2)
  await sleep(600)
})
await browser.close()

/** A page as it first stands in the window, once its pictures are there. */
async function shot(name: string, options: BrowserContextOptions, at: string, act?: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(`${site}${at}`, { waitUntil: 'networkidle' })
  await until(page, `[...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight).every((image) => image.complete)`)
  await act?.(page)
  await page.screenshot({ path: join(ROOT, `docs/${name}.jpg`), type: 'jpeg', quality: 82 })
  await context.close()
}

/** Waits until an expression is true in the page, whose policy lets nobody but the debugger evaluate one. */
async function until(page: Page, expression: string): Promise<void> {
  const end = Date.now() + 30_000
  while (!(await page.evaluate<boolean>(`Boolean(${expression})`))) {
    if (Date.now() > end) throw new Error(`never true: ${expression}`)
    await sleep(50)
  }
}
