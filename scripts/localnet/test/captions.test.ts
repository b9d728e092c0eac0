import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DEMO_MEDIA } from '../places.ts'
import { captionsIn } from '../streamplace/captions.ts'
import { decodeTime } from '../streamplace/decode-time.ts'
import { ingest } from '../streamplace/ingest.ts'
import { box, initSegment, masterFolder, muxedFolder, noise, u32 } from './made-media.ts'
import { at, DID, OTHER, PLAYLIST, startStandIn } from './running-stand-in.ts'

const { dir, xrpc, playlist, follow, put, stop } = await startStandIn()
after(stop)

const TRACKS = 'place.stream.caption.listTracks'
const CAPTIONS = 'place.stream.caption.getCaptions'
const EN = `WEBVTT

a
00:00.000 --> 00:01.500
first

b
00:01.500 --> 00:03.500
across the cut

c
00:05.500 --> 00:05.900
last
`

async function withCaptions(folder: string, files: Record<string, string> = { 'en.vtt': EN }): Promise<string> {
  await mkdir(join(folder, 'captions'), { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'captions', name), text)
  return folder
}

/** A segment of 2 s whose media time begins at `seconds`, behind a provenance box. */
function timedSegment(seconds: number): Buffer {
  const header = box('tfhd', u32(0x02_0008, 1, 512))
  const run = box('trun', u32(0x00_0200, 50), u32(...Array<number>(50).fill(1)))
  return Buffer.concat([box('uuid', noise(3_000, 1)), box('moof', box('traf', header, box('tfdt', u32(0, seconds * 12_800)), run)), box('mdat', noise(64, 2))])
}

/** Three segments of 2 s: media time begins at 10 s, and again at 0.5 s with the third. */
async function reconnected(name: string): Promise<string> {
  const folder = join(dir, name)
  await mkdir(folder)
  const parts = [initSegment(), timedSegment(10), timedSegment(12), timedSegment(0.5)]
  let offset = 0
  const ranges = parts.map((part) => `${part.length}@${(offset += part.length) - part.length}`)
  const segments = ranges.slice(1).flatMap((range, index) => [...(index === 2 ? ['#EXT-X-DISCONTINUITY'] : []), '#EXTINF:2.0,', `#EXT-X-BYTERANGE:${range}`, 'index.m4s'])
  await writeFile(join(folder, 'index.m3u8'), ['#EXTM3U', `#EXT-X-MAP:URI="index.m4s",BYTERANGE="${ranges[0]}"`, ...segments, '#EXT-X-ENDLIST'].join('\n'))
  await writeFile(join(folder, 'index.m4s'), Buffer.concat(parts))
  return withCaptions(folder)
}

const { folder: plain } = await masterFolder(dir, 'plain')
const { folder: told } = await masterFolder(dir, 'told')
await withCaptions(told, { 'en.vtt': EN, 'pt-BR.vtt': EN.replace('first', 'primeiro'), 'notes.txt': 'none' })
await put({ uri: at('plain'), folder: plain })
await put({ uri: at('told'), folder: told })
await put({ uri: at('timed'), folder: await reconnected('timed') })
await put({ uri: at('elsewhere') })
await put({ uri: at('gone'), folder: told, unavailable: true })
await put({ uri: at('clip', OTHER), record: { source: { $type: 'place.stream.media.defs#sourceClip', video: at('timed'), start: 5_000, end: 5_800 } } })

async function ids(video: string): Promise<string[]> {
  const { tracks } = (await (await xrpc(TRACKS, { video })).json()) as { tracks: { id: string }[] }
  return tracks.map(({ id }) => id)
}
const [EN_ID = '', PT_ID = ''] = await ids(at('told'))

test('tracks are listed as the records of their creator would make them', async () => {
  const { tracks } = (await (await xrpc(TRACKS, { video: at('told') })).json()) as { tracks: object[] }
  assert.match(EN_ID, /^record-human-en-[0-9a-f]{8}$/)
  assert.deepEqual(tracks[0], { id: EN_ID, language: 'en', kind: 'captions', source: 'human', origin: 'record', label: 'en (human)', author: DID })
  assert.equal(PT_ID, EN_ID.replace('-en-', '-pt-br-'))
  for (const video of [at('plain'), at('elsewhere')]) assert.deepEqual(await ids(video), [])
})

test('a track in each format, to be kept as a file', async () => {
  for (const [format, type, begins] of [
    ['', 'text/vtt; charset=utf-8', 'WEBVTT\n\na\n00:00:00.000 --> 00:00:01.500\nfirst\n\nb\n'],
    ['vtt', 'text/vtt; charset=utf-8', 'WEBVTT\n\na\n'],
    ['srt', 'application/x-subrip; charset=utf-8', '1\n00:00:00,000 --> 00:00:01,500\nfirst\n\n2\n'],
    ['json', 'application/json', '{"cues":[{"id":"a","startMs":0,"endMs":1500,"text":"first"},'],
  ] as const) {
    const response = await xrpc(CAPTIONS, { video: at('told'), track: EN_ID, ...(format && { format }) })
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, type])
    assert.equal(response.headers.get('content-disposition'), `attachment; filename=told-${EN_ID}.${format || 'vtt'}`)
    assert.equal(response.headers.get('cache-control'), 'public, max-age=60')
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    assert.ok((await response.text()).startsWith(begins), format)
  }
  assert.match(await (await xrpc(CAPTIONS, { video: at('told'), track: PT_ID })).text(), /primeiro/)
})

test('a stretch of a track, with the media time that it counts from', async () => {
  const response = await xrpc(CAPTIONS, { video: at('told'), format: 'vtt', start: '2000', end: '4000', mpegts: '900000', track: `${EN_ID}.vtt` })
  assert.equal(response.headers.get('content-disposition'), null)
  assert.equal(await response.text(), 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\nb\n00:00:01.500 --> 00:00:03.500\nacross the cut\n\n')
})

test('a master playlist names the captions in a group that every variant refers to', async () => {
  const lines = await playlist({ uri: at('told'), start: '5' })
  const subtitles = lines.filter((line) => line.includes('TYPE=SUBTITLES'))
  assert.match(subtitles[0] ?? '', /^#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="cc",NAME="en \(human\)",LANGUAGE="en",AUTOSELECT=YES,DEFAULT=NO,URI="\/xrpc\//)
  const [query] = subtitles.map((line) => Object.fromEntries(new URL(/URI="([^"]+)"/.exec(line)?.[1] ?? '', 'http://a').searchParams))
  assert.deepEqual(query, { uri: at('told'), captions: EN_ID, sid: 's', start: '5' })
  assert.equal(subtitles.length, 2)
  const variants = lines.filter((line) => line.startsWith('#EXT-X-STREAM-INF'))
  assert.ok(variants.length === 2 && variants.every((line) => line.endsWith(',SUBTITLES="cc"')))
})

test('a master playlist without captions is what it is without them', async () => {
  const strip = (lines: string[]) => lines.filter((line) => !line.includes('SUBTITLES,')).map((line) => line.replace(',SUBTITLES="cc"', '').replaceAll('told', 'plain'))
  const [bare, captioned] = [await playlist({ uri: at('plain') }), strip(await playlist({ uri: at('told') }))]
  assert.deepEqual(bare.filter(Boolean), captioned.filter(Boolean))
  assert.equal(bare.filter((line) => line === '').length, 3)
})

/** What the URIs of a caption playlist ask for: start, end and media time. */
const asked = (lines: string[]) =>
  lines.filter((line) => line.startsWith('/')).map((line) => {
    const query = new URL(line, 'http://a').searchParams
    return ['start', 'end', 'mpegts'].map((name) => Number(query.get(name)))
  })

test('a caption playlist mirrors the segments of the picture, across a reconnect', async () => {
  const [track = ''] = await ids(at('timed'))
  const lines = await playlist({ uri: at('timed'), captions: track, track: '1' })
  assert.deepEqual(lines.slice(0, 5), ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:2', '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD'])
  assert.equal(lines.at(-2), '#EXT-X-ENDLIST')
  assert.deepEqual(asked(lines), [[0, 2_000, 900_000], [2_000, 4_000, 900_000], [4_000, 6_000, 8_589_619_592]])
  const video = await playlist({ uri: at('timed'), track: '1' })
  const times = (playlist: string[]) => playlist.filter((line) => /^#EXT(INF|-X-DISCONTINUITY)/.test(line))
  assert.deepEqual(times(lines), times(video))
  const uris = lines.filter((line) => line.startsWith('/'))
  assert.ok(uris.every((uri) => uri.endsWith(`&track=${track}.vtt`)))
  const text = await (await follow(uris[2] ?? '')).text()
  assert.match(text, /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:8589619592,LOCAL:00:00:00\.000\n\nc\n00:00:05\.500 --> 00:00:05\.900\nlast\n\n$/)
})

test('media that tells no time counts from zero, and only the asked part is listed', async () => {
  assert.deepEqual(asked(await playlist({ uri: at('told'), captions: EN_ID })), [[0, 1_500, 0], [1_500, 3_000, 0]])
  assert.deepEqual(asked(await playlist({ uri: at('told'), captions: EN_ID, start: '1600' })), [[1_500, 3_000, 0]])
})

test('the captions of a clip are those of the whole, on the time of the clip', async () => {
  const clip = at('clip', OTHER)
  const [track = ''] = await ids(clip)
  assert.deepEqual([track], await ids(at('timed')))
  assert.match(await (await xrpc(CAPTIONS, { video: clip, track })).text(), /^WEBVTT\n\nc\n00:00:00\.500 --> 00:00:00\.800\nlast\n\n$/)
  assert.deepEqual(asked(await playlist({ uri: clip, captions: track })), [[0, 1_000, 135_000]])
})

test('a caption playlist without sid redirects to itself with one', async () => {
  const response = await xrpc(PLAYLIST, { uri: at('told'), captions: EN_ID }, { redirect: 'manual' })
  const location = new URL(response.headers.get('location') ?? '', 'http://a').searchParams
  assert.deepEqual([response.status, location.get('captions'), Boolean(location.get('sid'))], [302, EN_ID, true])
})

const errors: [string, string, Record<string, string>, number, string][] = [
  ['no video', TRACKS, {}, 400, 'InvalidRequest'],
  ['two subjects', TRACKS, { video: at('told'), streamer: DID }, 400, 'InvalidRequest'],
  ['a streamer', TRACKS, { streamer: DID }, 404, 'StreamNotLive'],
  ['another collection', TRACKS, { video: `at://${DID}/app.bsky.feed.post/x` }, 400, 'UnsupportedCollection'],
  ['an unknown video', TRACKS, { video: at('nowhere') }, 404, 'VideoNotFound'],
  ['a video taken down', TRACKS, { video: at('gone') }, 403, 'VideoUnavailable'],
  ['no track', CAPTIONS, { video: at('told') }, 400, 'InvalidRequest'],
  ['an unknown track', CAPTIONS, { video: at('told'), track: 'x' }, 404, 'NotFound'],
  ['an unknown format', CAPTIONS, { video: at('told'), track: EN_ID, format: 'ass' }, 400, 'InvalidRequest'],
  ['a format of the language', CAPTIONS, { video: at('told'), track: EN_ID, format: 'constructor' }, 400, 'InvalidRequest'],
  ['a start that is no number', CAPTIONS, { video: at('told'), track: EN_ID, start: 'soon' }, 400, 'InvalidRequest'],
  ['a negative media time', CAPTIONS, { video: at('told'), track: EN_ID, mpegts: '-1' }, 400, 'InvalidRequest'],
  ['a playlist of unknown captions', PLAYLIST, { uri: at('told'), captions: 'x', track: '1' }, 404, 'CaptionTrackNotFound'],
]
for (const [name, method, query, status, error] of errors) {
  test(`${name}: ${status} ${error}`, async () => {
    const response = await xrpc(method, query)
    const answer = (await response.json()) as { error: string; message: string }
    assert.deepEqual([response.status, answer.error], [status, error])
    assert.ok(answer.message)
  })
}

test('a folder whose captions are none is refused with the file', async () => {
  const { folder } = await muxedFolder(dir, 'bad')
  await withCaptions(folder, { 'en.vtt': 'nothing' })
  await assert.rejects(ingest(folder), /bad\/captions\/en\.vtt: captions: expected WEBVTT first/)
  await withCaptions(folder, { 'en.vtt': EN, '1.vtt': EN })
  await assert.rejects(ingest(folder), /bad\/captions\/1\.vtt: expected a language/)
})

test('the decode time of long media has 64 bits, and is that of its own track', () => {
  const long = Buffer.concat([Buffer.from([1, 0, 0, 0]), u32(1, 0)])
  const fragment = box('moof', box('traf', box('tfhd', u32(0, 2)), box('tfdt', u32(0, 7))), box('traf', box('tfhd', u32(0, 1)), box('tfdt', long)))
  assert.deepEqual([1, 2, 3].map((track) => decodeTime(track, fragment)), [2 ** 32, 7, undefined])
  assert.equal(decodeTime(1, box('moof', box('traf', box('tfhd', u32(0, 1))))), undefined)
})

test('demo captions rise, stay within their video, and say the same in every language', async () => {
  const folder = join(DEMO_MEDIA, 'how-a-video-finds-you')
  const { durationMs } = await ingest(folder)
  const languages = await captionsIn(folder)
  assert.deepEqual(languages.map(({ language }) => language), ['de', 'en'])
  const times = languages.map(({ cues }) => cues.map(({ startMs, endMs }) => [startMs, endMs]))
  assert.deepEqual(times[0], times[1])
  const flat = times[0]?.flat() ?? []
  assert.deepEqual(flat, flat.toSorted((a, b) => a - b))
  assert.ok((flat.at(-1) ?? Infinity) <= durationMs)
})
