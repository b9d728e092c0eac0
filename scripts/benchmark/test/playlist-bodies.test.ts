import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playlists } from '../playlist-bodies.ts'
import { playersMaster, playersMedia, playersParser } from '../playlist-players.ts'

test('the player reads the playlists that are measured', async () => {
  const parser = await playersParser()
  const { master, media } = playlists(7_201)
  const index = playersMedia(parser, media.text, media.url)
  assert.equal(index.fragments.length, 7_201)
  assert.match(index.fragments[7_200]?.url ?? '', /^https:\/\/stream\.example\/xrpc\/place\.stream\.playback\.getVideoBlob\?.*&cid=bafkr4i\w{52}\.m4s$/)
  assert.equal(playersMaster(parser, master.text, master.url).length, 3)
})

test('eight hours are as long as upstream writes them', () => {
  const { media } = playlists(28_800)
  assert.ok(media.text.length > 6e6 && media.text.length < 1e7, `${media.text.length} bytes`)
  assert.equal(media.text.split('#EXT-X-DISCONTINUITY\n').length - 1, 8)
  // Ranges follow one another in one resource, with a gap between.
  const ranges = [...media.text.matchAll(/#EXT-X-BYTERANGE:(\d+)@(\d+)/g)].map(([, length, offset]) => ({ begin: Number(offset), end: Number(offset) + Number(length) }))
  assert.ok(ranges.every(({ begin }, index) => index === 0 || begin > (ranges[index - 1]?.end ?? Infinity)))
})

test('what hls.js refuses is no figure', async () => {
  const parser = await playersParser()
  const url = 'https://stream.example/'
  assert.throws(() => playersMedia(parser, '<html>', url), /EXTM3U/)
  assert.throws(() => playersMaster(parser, '#EXTM3U\n', url), /no levels/)
})
