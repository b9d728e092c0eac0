import assert from 'node:assert/strict'
import { test } from 'node:test'
import { posterSources, type PosterPlace } from '../../shared/poster.ts'
import { parseVideo, type Video } from '../../shared/video.ts'
import { bundleUrl, previewsUrl, thumbnailUrl } from '../../shared/vod-client.ts'

const BUNDLE = bundleUrl('https://run.example/a,b', 'did:plc:abc/vod/1.2.3')!
const URI = 'at://did:plc:abc/place.stream.video/3k'
const video = (fields: object = {}): Video => parseVideo({ uri: URI, cid: 'bafy', ...fields })!

test('pictures are named by video and version, all of it escaped', () => {
  const uri = 'uri=at%3A%2F%2Fdid%3Aplc%3Aabc%2Fplace.stream.video%2F3k'
  assert.equal(thumbnailUrl(BUNDLE, video(), 320), `${BUNDLE}/getThumbnail?${uri}&cid=bafy&width=320`)
  assert.equal(previewsUrl(BUNDLE, video()), `${BUNDLE}/getVtt?${uri}&cid=bafy`)
  assert.equal(thumbnailUrl(BUNDLE, video({ cid: '' }), 1280), `${BUNDLE}/getThumbnail?${uri}&width=1280`)
  assert.equal(previewsUrl(BUNDLE, video({ cid: 'a&width=1 2,x' })), `${BUNDLE}/getVtt?${uri}&cid=a%26width%3D1+2%2Cx`)
})

test('a srcset has one address for each width, and no foreign text can add another', () => {
  const places: [PosterPlace, number[]][] = [['grid', [320, 640, 960]], ['lead', [320, 640, 960]], ['row', [320, 640]], ['stage', [640, 960, 1280]]]
  for (const [place, widths] of places) {
    const { src, srcset, sizes } = posterSources(BUNDLE, video({ cid: 'evil 1x, https://evil.example/ 9999w' }), place)!
    const candidates = srcset.split(', ').map((candidate) => candidate.split(' '))
    assert.deepEqual(candidates.map(([, descriptor]) => descriptor), widths.map((width) => `${width}w`), place)
    for (const [index, [url]] of candidates.entries()) {
      assert.equal(new URL(url!).searchParams.get('width'), String(widths[index]))
      assert.equal(new URL(url!).hostname, 'run.example')
    }
    assert.ok(candidates.some(([url]) => url === src), `${place}: ${src} is none of ${srcset}`)
    assert.notEqual(sizes, '')
  }
})

test('a video with content warnings has no picture', () => {
  assert.equal(posterSources(BUNDLE, video({ contentWarnings: ['nudity'] }), 'grid'), undefined)
  for (const none of [undefined, [], [''], 'nudity', [7]]) assert.ok(posterSources(BUNDLE, video({ contentWarnings: none }), 'grid'), JSON.stringify(none))
})
