import type { Media, Segment, Track } from '../localnet/streamplace/ingest.ts'
import { writeMaster, writeMediaPlaylist, type PlaylistContext } from '../localnet/streamplace/playlist-writer.ts'

/** A playlist, and where it is fetched from. */
export interface Playlist {
  url: string
  text: string
}

const ORIGIN = 'https://stream.example'
const CONTEXT: PlaylistContext = {
  uri: 'at://did:plc:rbvrr34edl5ddpuwcubjiost/place.stream.video/3mi2wotpb66pb',
  did: 'did:plc:rbvrr34edl5ddpuwcubjiost',
  sid: 'ce4f14be0bd92c3182b2',
}
/** As long as a BLAKE3 CID. */
const CID = `bafkr4i${'abcdefghijklmnopqrstuvwxyz234567'.repeat(2).slice(0, 52)}`
const blob = (last: string) => ({ cid: `${CID.slice(0, -1)}${last}` }) as Media['blob']

/** The playlists of a live stream of so many seconds, as the node writes them: a picture, two sounds, a segment for each second. */
export function playlists(seconds: number): { master: Playlist; media: Playlist } {
  const segments: Segment[] = []
  for (let second = 0, offset = 52_344; second < seconds; second++) {
    // Between two of them lie the sounds' bytes.
    const length = 1_350_000 + ((second * 7919) % 90_000)
    segments.push({ seconds: 1 + (second % 3) * 0.000167, offset, length, discontinuity: second % 3600 === 3599 })
    offset += length + 2 * 16_500
  }
  const track = (id: string, kind: Track['kind'], last: string): Track => ({ id, kind, init: blob(last), segments })
  const picture = track('1', 'video', 'a')
  const sound = (name: string, id: string, standard: string, last: string) => ({
    attributes: { TYPE: 'AUDIO', 'GROUP-ID': '"audio"', NAME: `"${name}"`, DEFAULT: standard, AUTOSELECT: 'YES', CHANNELS: '"2"' },
    track: track(id, 'audio', last),
  })
  const media: Media = {
    blob: blob('b'),
    tracks: [picture],
    audios: [sound('mp4a.40.2', '2', 'YES', 'c'), sound('opus', '3', 'NO', 'd')],
    variants: [
      {
        attributes: { BANDWIDTH: '11560000', CODECS: '"avc1.64002a,mp4a.40.2"', RESOLUTION: '1920x1080', 'FRAME-RATE': '59.940', AUDIO: '"audio"' },
        track: picture,
      },
    ],
    durationMs: seconds * 1000,
  }
  const of = (query: Record<string, string>) => `${ORIGIN}/xrpc/place.stream.playback.getVideoPlaylist?${new URLSearchParams(query)}`
  return {
    master: { url: of({ uri: CONTEXT.uri }), text: writeMaster(media, CONTEXT) },
    media: { url: of({ sid: CONTEXT.sid, track: '1', uri: CONTEXT.uri }), text: writeMediaPlaylist(media, picture, CONTEXT) },
  }
}
