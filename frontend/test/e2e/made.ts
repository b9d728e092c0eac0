import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { siteUrl } from './browser.ts'

/**
 * Waits until the bundle has made a picture of every video that the home page lists. Pictures are made when they are
 * first asked for, and a browser's console speaks of each that takes too long.
 */
export async function picturesMade(): Promise<void> {
  const html = await (await fetch(`${siteUrl()}/`)).text()
  const addresses = [...html.matchAll(/[" ](http[^" ]+\/getThumbnail[^" ]+) \d+w/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'))
  assert.ok(addresses.length > 0, 'the home page names no pictures')
  for (const address of addresses) {
    await eventually(async () => {
      const answer = await fetch(address)
      await answer.arrayBuffer()
      assert.deepEqual([answer.status, answer.headers.get('x-bundle-reason')], [200, null], address)
    })
  }
}

/** Tries until it holds; the last failure counts. */
export async function eventually(holds: () => Promise<void>, tries = 20): Promise<void> {
  for (let left = tries; left > 1; left -= 1) {
    try {
      return await holds()
    } catch {
      await sleep(500)
    }
  }
  await holds()
}
