import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { judge } from '../../../scripts/localnet/lighthouse.ts'
import { firstVideo, siteUrl } from './browser.ts'
import { picturesMade } from './made.ts'

before(picturesMade)

test('Lighthouse finds nothing wrong with the home page and a watch page, which hardly move', { timeout: 600_000 }, async () => {
  const { did, rkey } = await firstVideo()
  for (const path of ['/', `/watch/${did}/${rkey}`]) {
    const { scores, layoutShift, complaints } = await judge(`${siteUrl()}${path}`, ['accessibility', 'best-practices', 'seo'])
    assert.deepEqual({ scores, complaints }, { scores: { accessibility: 1, 'best-practices': 1, seo: 1 }, complaints: [] }, path)
    assert.ok(layoutShift <= 0.02, `${path} moves by ${layoutShift}`)
  }
})
