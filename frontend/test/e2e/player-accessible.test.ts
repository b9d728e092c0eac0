import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import axe from 'axe-core'
import { openPage } from './browser.ts'
import { picturesMade } from './made.ts'
import { focusPicture, goTo, playAt, watchPageOf } from './watching.ts'

before(picturesMade)

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing to complain of in a running player and what belongs to it: ${colorScheme}`, { timeout: 300_000 }, async (t) => {
    const { page } = await openPage(t, { colorScheme, reducedMotion: 'reduce' })
    const check = async (what: string) => {
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document))
      assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`)), [], what)
    }
    await playAt(page, await watchPageOf('How a Video'))
    await page.locator('media-controller').evaluate((controller) => controller.setAttribute('autohide', '-1'))
    await page.getByRole('button', { name: 'Transcript' }).click()
    await page.getByRole('region', { name: 'Transcript' }).getByRole('listitem').first().waitFor()
    await page.getByRole('button', { name: 'Statistics' }).click()
    await check('playing')
    await focusPicture(page)
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await check('with the list of keys')
    await page.keyboard.press('Escape')
    await playAt(page, await watchPageOf('Paper Mountains'))
    await goTo(page, 19)
    await page.getByRole('region', { name: 'Up next' }).waitFor()
    await check('at the end')
  })
}
