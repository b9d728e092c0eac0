import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeComplaints } from './axe.ts'
import { firstVideo, openPage, siteUrl } from './browser.ts'
import { picturesMade } from './made.ts'

before(picturesMade)

/** Pages of the site, by what a reader would call them. */
async function pages(): Promise<[name: string, path: string, ready?: (page: Page) => Promise<unknown>][]> {
  const { did, rkey } = await firstVideo()
  return [
    ['home', '/'],
    ['watch', `/watch/${did}/${rkey}`],
    ['creator', `/creator/${did}/`],
    ['embed', `/embed/${did}/${rkey}`],
    ['what a creator says', `/creator/${did}/?tab=about`],
    ['a search without an index', '/search?q=a'],
    ['a search for nothing', '/search'],
    ['history', '/history'],
    ['about', '/about'],
    ['sharing', `/watch/${did}/${rkey}`, (page) => page.getByRole('button', { name: 'Share' }).click()],
    ['an address of nothing', '/nowhere'],
    ['a video that is not there', `/watch/${did}/3aaaaaaaaaaaa`],
  ]
}

test('axe finds nothing to complain of on any page, in light and in dark', { timeout: 600_000 }, async (t) => {
  const { page } = await openPage(t)
  for (const [name, path, ready] of await pages()) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(`${siteUrl()}${path}`, { waitUntil: 'networkidle' })
      await ready?.(page)
      assert.deepEqual(await axeComplaints(page), [], `${name}, ${colorScheme}`)
    }
  }
})
