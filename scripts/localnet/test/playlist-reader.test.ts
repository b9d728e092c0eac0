import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMaster, readMedia } from '../streamplace/playlist-reader.ts'

const media = (...lines: string[]) => ['#EXTM3U', '#EXT-X-MAP:URI="i.mp4"', ...lines, '#EXT-X-ENDLIST'].join('\r\n')

test('a range without an offset continues from the range before it', () => {
  const { segments } = readMedia(
    media('#EXTINF:1,', '#EXT-X-BYTERANGE:10@5', 'a.m4s', '#EXTINF:1,', '#EXT-X-BYTERANGE:20', 'a.m4s', '#EXTINF:1,', '#EXT-X-BYTERANGE:30', 'a.m4s'),
  )
  assert.deepEqual(segments.map(({ range }) => range), [{ offset: 5, length: 10 }, { offset: 15, length: 20 }, { offset: 35, length: 30 }])
})

test('a map may be a range, with or without an offset', () => {
  const of = (range: string) => readMedia(`#EXTM3U\n#EXT-X-MAP:URI="a.m4s",BYTERANGE="${range}"\n#EXTINF:1,\nb.m4s\n#EXT-X-ENDLIST`).map
  assert.deepEqual(of('700@12'), { uri: 'a.m4s', range: { offset: 12, length: 700 } })
  assert.deepEqual(of('700'), { uri: 'a.m4s', range: { offset: 0, length: 700 } })
})

test('a discontinuity belongs to the segment after it', () => {
  const { segments } = readMedia(media('#EXTINF:1,', 'a.m4s', '#EXT-X-DISCONTINUITY', '#EXTINF:2.5,', 'b.m4s', '#EXTINF:1,', 'c.m4s'))
  assert.deepEqual(segments.map(({ discontinuity }) => discontinuity), [false, true, false])
  assert.equal(segments[1]?.seconds, 2.5)
})

test('a master keeps attributes as written and takes URIs out', () => {
  const master = readMaster(
    '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x, y",URI="a.m3u8"\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="s",URI="s.m3u8"\n' +
      '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64001f,mp4a.40.2",AUDIO="a"\nv.m3u8\n',
  )
  assert.deepEqual(master, {
    variants: [{ attributes: { BANDWIDTH: '1', CODECS: '"avc1.64001f,mp4a.40.2"', AUDIO: '"a"' }, uri: 'v.m3u8' }],
    audios: [{ attributes: { TYPE: 'AUDIO', 'GROUP-ID': '"a"', NAME: '"x, y"' }, uri: 'a.m3u8' }],
  })
})

const refused: [string, string, RegExp][] = [
  ['HTML', '<!doctype html>', /#EXTM3U first, found "<!doctype html>"/],
  ['no map', '#EXTM3U\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST', /no EXT-X-MAP/],
  ['unfinished', '#EXTM3U\n#EXT-X-MAP:URI="i"\n#EXTINF:1,\na.m4s\n', /no EXT-X-ENDLIST/],
  ['no segments', media(), /no segments/],
  ['range that continues from nothing', media('#EXTINF:1,', '#EXT-X-BYTERANGE:10', 'a.m4s'), /10 of a\.m4s has no offset/],
  ['range that continues another file', media('#EXTINF:1,', '#EXT-X-BYTERANGE:10@0', 'a.m4s', '#EXTINF:1,', '#EXT-X-BYTERANGE:10', 'b.m4s'), /of b\.m4s has no offset/],
  ['malformed range', media('#EXTINF:1,', '#EXT-X-BYTERANGE:ten@0', 'a.m4s'), /"ten@0"/],
  ['encryption', media('#EXT-X-KEY:METHOD=AES-128,URI="k"', '#EXTINF:1,', 'a.m4s'), /encrypted/],
  ['no EXTINF', media('a.m4s'), /a\.m4s follows no valid EXTINF/],
]
for (const [name, text, message] of refused) test(`refused: ${name}`, () => assert.throws(() => readMedia(text), message))
