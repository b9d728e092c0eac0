import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { BrowserContextOptions } from 'playwright-core'
import { firstVideo, openPage, siteUrl } from './browser.ts'
import { complaintOfLook } from './looks.ts'
import { picturesMade } from './made.ts'

before(picturesMade)

const DEVICES: Record<string, BrowserContextOptions> = {
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
}

for (const [device, options] of Object.entries(DEVICES)) {
  test(`the pages look as they did, on a ${device}`, { timeout: 300_000 }, async (t) => {
    const { page } = await openPage(t, { ...options, colorScheme: 'light', reducedMotion: 'reduce' })
    const { did, rkey } = await firstVideo()
    const complaints: (string | undefined)[] = []
    for (const [name, path] of [['home', '/'], ['watch', `/watch/${did}/${rkey}`], ['creator', `/creator/${did}/`], ['search', '/search?q=light']] as const) {
      await page.goto(`${siteUrl()}${path}`, { waitUntil: 'networkidle' })
      await page.waitForFunction(() => [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight).every((image) => image.complete))
      complaints.push(await complaintOfLook(page, `${name}-${device}`))
    }
    assert.deepEqual(complaints.filter((complaint) => complaint !== undefined), [])
  })
}
