import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, askJson } from './ask.ts'
import { VOD_BUNDLE, videos } from './system.ts'
test('x', async () => {
  console.log((await ask('/health')).text)
  console.log(JSON.stringify(await askJson(`/bundle/${VOD_BUNDLE}`), null, 1))
  const r = await ask(`/bundle/${VOD_BUNDLE}/listVideos`)
  console.log(r.status, r.headers, r.text.slice(0, 3000))
  const p = await ask(`/bundle/${VOD_BUNDLE}/getPlaylist?uri=${encodeURIComponent(videos[0]!.uri)}`)
  console.log(p.status, p.headers, p.text)
  assert.ok(true)
})
