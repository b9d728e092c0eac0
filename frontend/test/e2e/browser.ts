import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { chromium, type BrowserContextOptions, type Frame, type Page } from 'playwright-core'
import { BROWSER } from '../../../scripts/localnet/browser.ts'

/** The site under test, without a slash at the end. Throws when the environment does not name it. */
export function siteUrl(): string {
  const url = process.env.WEB_URL
  if (!url) throw new Error('WEB_URL is not set: start the site and give its address, e.g. WEB_URL=http://127.0.0.1:8788')
  return url.replace(/\/+$/, '')
}

/** The first video of the home page, read from its HTML. Throws when there is none. */
export async function firstVideo(): Promise<{ did: string; rkey: string; title: string }> {
  const html = await (await fetch(`${siteUrl()}/`)).text()
  const [, did, rkey, title] = /<h2[^>]*><a href="\/watch\/([^"/]+)\/([^"/]+)"[^>]*>([^<]+)</.exec(html) ?? []
  if (!did || !rkey || !title) throw new Error('the home page has no link to a watch page')
  return { did, rkey, title: title.trim() }
}

/**
 * A page of a browser of its own, closed and wiped when the test ends. `complaints` gathers what a
 * healthy page never has: console warnings and errors (hydration mismatches are among them),
 * uncaught errors and violations of the content security policy.
 */
export async function openPage(test: TestContext, options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const profile = await mkdtemp(join(tmpdir(), 'streamhut-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    ...BROWSER,
    viewport: { width: 1280, height: 800 },
    ...options,
  })
  test.after(async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const page = context.pages()[0] ?? (await context.newPage())
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`CSP ${event.violatedDirective}: ${event.blockedURI}`))
  })
  page.setDefaultTimeout(20_000)
  return { page, complaints }
}

/** Waits until the player's clock has passed `seconds` while a picture is there. */
export async function playedTo(page: Page | Frame, seconds: number): Promise<void> {
  await page.waitForFunction((goal) => {
    const media = document.querySelector('hls-video') as HTMLVideoElement | null
    return media !== null && media.videoWidth > 0 && media.currentTime > goal
  }, seconds)
}
