/** Links to what is not there, as crawlers of other sites find them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CRAWLERS, headOf, linked, visit } from './crawl.ts'
import { clearFaults, fault, forget, publishDemo } from './streamplace.ts'
import { RUNNER_URL } from './system.ts'
import { GET_VIDEO, NOBODY, WEB_URL, at, embedUrl, keyOf, made, unknown, watchUrl } from './vod-call.ts'

const HTML = /^text\/html; ?charset=utf-8$/i

/** It was there, and had pictures, until a moment ago. */
const gone = await publishDemo('test-card', 20_002)
await made(`getShareImage?${new URLSearchParams({ uri: gone.uri })}`)
await forget(gone.uri)

const [withheld, away] = [unknown(), unknown()]
before(async () => {
  await fault({ method: GET_VIDEO, match: keyOf(withheld), status: 403, error: 'VideoUnavailable', times: 1_000 })
  await fault({ method: GET_VIDEO, match: keyOf(away), status: 503, retryAfter: 7, times: 1_000 })
})
after(clearFaults)

const rows: [what: string, url: string, status: number][] = (
  [['an unknown video', unknown(), 404], ['a deleted video', gone.uri, 410], ['a withheld video', withheld, 410], ['a video whose node is away', away, 503]] as const
).flatMap(([what, uri, status]): [string, string, number][] => [
  [`${what}, by the bundle`, at('shareVideo', { uri }), status],
  [`the embed of ${what}, by the bundle`, at('embed', { uri }), status],
  [`${what}, by the web player`, watchUrl(uri), status],
  [`the embed of ${what}, by the web player`, embedUrl(uri), status],
])
rows.push(
  ['an unknown creator, by the bundle', at('shareCreator', { creator: NOBODY }), 404],
  ['an unknown handle, by the bundle', at('shareCreator', { creator: 'nobody.test' }), 404],
  ['an unknown creator, by the web player', `${WEB_URL}/creator/${NOBODY}/`, 404],
  ['an unknown handle, by the web player', `${WEB_URL}/@nobody.test/`, 404],
)
for (const [what, url, status] of rows) {
  test(`${what} is ${status} for every crawler, without a card, and not for long`, async () => {
    for (const [crawler, agent] of Object.entries(CRAWLERS)) {
      const answer = await visit(url, { 'user-agent': agent, accept: 'text/html' })
      assert.equal(answer.status, status, `${crawler}: ${answer.text.slice(0, 300)}`)
      assert.match(answer.headers.get('content-type') ?? '', HTML, crawler)
      const head = headOf(answer.text)
      assert.match(head.meta.filter(([key]) => key === 'robots').map(([, content]) => content).join(), /\bnoindex\b/, crawler)
      assert.deepEqual([head.meta.filter(([key]) => key.startsWith('og:') || key.startsWith('twitter:')), head.refresh, linked(head, 'canonical')], [[], undefined, undefined], crawler)
      assert.notEqual(head.title, '')
      const cache = answer.headers.get('cache-control') ?? ''
      if (status === 503) {
        assert.equal(cache, 'no-store', crawler)
        assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/, crawler)
      } else {
        assert.ok(cache === 'no-store' || Number(/max-age=(\d+)/.exec(cache)?.[1] ?? Infinity) <= 60, `${crawler}: ${cache}`)
      }
      if (url.startsWith(RUNNER_URL)) assert.match(answer.headers.get('x-robots-tag') ?? '', /\bnoindex\b/, crawler)
      assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/, crawler)
    }
  })
}
