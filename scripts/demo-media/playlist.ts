/** Bytes of a file: `length` of them from `start` on. */
export type Range = { uri: string; start: number; length: number };

/** A segment of a media playlist; `seconds` is its EXTINF. */
export type Segment = Range & { seconds: number };

/** A media playlist over byte ranges; a `map` without length means the whole file. */
export type MediaPlaylist = { map: { uri: string; start: number; length?: number }; segments: Segment[] };

/** A rendition or audio track of a master playlist, for writing one. Rates in bit/s. */
export type MasterVideo = { uri: string; codec: string; width: number; height: number; fps: number; peak: number; average: number };
export type MasterAudio = { uri: string; codec: string };

/** Writes a VOD media playlist of version 6 with explicit `n@o` ranges. */
export function writeMedia({ map, segments }: MediaPlaylist): string {
  const target = Math.ceil(Math.max(...segments.map(({ seconds }) => seconds)));
  const range = map.length === undefined ? "" : `,BYTERANGE="${map.length}@${map.start}"`;
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-TARGETDURATION:${target}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    `#EXT-X-MAP:URI="${map.uri}"${range}`,
    ...segments.flatMap(({ seconds, length, start, uri }) => [`#EXTINF:${seconds.toFixed(6)},`, `#EXT-X-BYTERANGE:${length}@${start}`, uri]),
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
}

/** Writes a master playlist: all audio in one group, each rendition with that group and the default audio's codec. */
export function writeMaster(videos: MasterVideo[], audios: MasterAudio[]): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS", ""];
  audios.forEach(({ uri, codec }, i) =>
    lines.push(`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="${codec}",DEFAULT=${i === 0 ? "YES" : "NO"},AUTOSELECT=YES,CHANNELS="2",URI="${uri}"`),
  );
  lines.push("");
  for (const { uri, codec, width, height, fps, peak, average } of videos) {
    const codecs = [codec, audios[0]?.codec].filter(Boolean).join(",");
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${Math.ceil(peak)},AVERAGE-BANDWIDTH=${Math.ceil(average)},CODECS="${codecs}",RESOLUTION=${width}x${height},FRAME-RATE=${fps.toFixed(3)},AUDIO="audio"`,
      uri,
    );
  }
  return [...lines, ""].join("\n");
}

/** Reads a media playlist of byte ranges. Throws when a segment or the map lacks what it must have. */
export function readMedia(text: string): MediaPlaylist {
  const mapLine = /^#EXT-X-MAP:URI="([^"]+)"(?:,BYTERANGE="(\d+)@(\d+)")?$/m.exec(text);
  if (!mapLine?.[1]) throw new Error("no EXT-X-MAP");
  const map = mapLine[2] ? { uri: mapLine[1], length: Number(mapLine[2]), start: Number(mapLine[3]) } : { uri: mapLine[1], start: 0 };
  const segments = [...text.matchAll(/^#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)\n([^#\n]+)$/gm)].map(
    ([, seconds, length, start, uri]) => ({ seconds: Number(seconds), length: Number(length), start: Number(start), uri: uri! }),
  );
  const announced = text.match(/^#EXTINF:/gm)?.length ?? 0;
  if (segments.length !== announced) throw new Error(`${announced} EXTINF lines, but ${segments.length} segments with a range`);
  return { map, segments };
}

/** A master playlist's parts: each rendition's and audio track's URI and attributes, attribute values without quotes. */
export function readMaster(text: string): { videos: Listed[]; audios: Listed[] } {
  const audios = [...text.matchAll(/^#EXT-X-MEDIA:(.+)$/gm)].map(([, line]) => listed(line!));
  const videos = [...text.matchAll(/^#EXT-X-STREAM-INF:(.+)\n([^#\n]+)$/gm)].map(([, line, uri]) => ({ ...listed(line!), uri: uri! }));
  return { videos, audios };
}

/** See {@link readMaster}. */
export type Listed = { uri: string; attributes: Map<string, string> };

function listed(line: string): Listed {
  const attributes = new Map([...line.matchAll(/([A-Z-]+)=("[^"]*"|[^,]*)/g)].map(([, key, value]) => [key!, value!.replaceAll('"', "")]));
  return { uri: attributes.get("URI") ?? "", attributes };
}

/** Sum of EXTINF. */
export const duration = (segments: readonly Segment[]): number => segments.reduce((sum, { seconds }) => sum + seconds, 0);

/** Peak and average rate in bit/s. */
export function rates(segments: readonly Segment[]): { peak: number; average: number } {
  const bits = segments.reduce((sum, { length }) => sum + 8 * length, 0);
  // A last sliver of a segment has a rate that says nothing.
  const whole = segments.filter(({ seconds }) => seconds >= 0.5);
  return { peak: Math.max(0, ...whole.map(({ length, seconds }) => (8 * length) / seconds)), average: bits / duration(segments) };
}
