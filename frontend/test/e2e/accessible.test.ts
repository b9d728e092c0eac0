import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
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
      assert.deepEqual(await complaints(page), [], `${name}, ${colorScheme}`)
    }
  }
})

/** What axe finds wrong, a line each. Its code comes by the debugger, past the page's content security policy. */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document))
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)}: ${failureSummary}`))
}
