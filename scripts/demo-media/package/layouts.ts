import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ffmpeg } from "../ffmpeg.ts";
import { codecString } from "../mp4/codecs.ts";
import { readFragmented } from "../mp4/samples.ts";
import { type MasterAudio, type MasterVideo, rates, readMedia, type Segment, writeMaster } from "../playlist.ts";
import type { Scene } from "../scene.ts";
import { writeMuxl } from "./muxl.ts";

/** MP4 files of a scene, in the order of its renditions and of its audio tracks. */
export type Encoded = { videos: string[]; audios: string[] };

const name = (path: string): string => basename(path, ".mp4");

/** Cuts with ffmpeg's HLS muxer into `<out>.m3u8` and the one file `<out>.m4s`. */
async function cut(inputs: string[], seconds: number, out: string, folder: string): Promise<void> {
  const maps = inputs.flatMap((_, i) => ["-map", `${i}`]);
  const hls = ["-f", "hls", "-hls_segment_type", "fmp4", "-hls_flags", "single_file", "-hls_playlist_type", "vod", "-hls_time", `${seconds}`];
  await ffmpeg([...inputs.flatMap((path) => ["-i", path]), ...maps, "-c", "copy", "-fflags", "+bitexact", ...hls, `${out}.m3u8`], { cwd: folder });
}

async function writeMuxed(scene: Scene, { videos, audios }: Encoded, folder: string): Promise<void> {
  await cut([videos[0]!, audios[0]!], scene.gopSeconds, "index", folder);
}

type Written = { name: string; init: Buffer; segments: Segment[] };

async function writeTracks(scene: Scene, { videos, audios }: Encoded, folder: string): Promise<Written[]> {
  const written: Written[] = [];
  for (const path of [...videos, ...audios]) {
    await cut([path], scene.gopSeconds, name(path), folder);
    const { map, segments } = readMedia(await readFile(join(folder, `${name(path)}.m3u8`), "utf8"));
    const file = await readFile(join(folder, map.uri));
    written.push({ name: name(path), init: file.subarray(map.start, map.start + (map.length ?? file.length)), segments });
  }
  return written;
}

async function writeInterleaved({ videos, audios }: Encoded, work: string, folder: string): Promise<Written[]> {
  const tracks = [];
  for (const path of [...videos, ...audios]) {
    const fragmented = join(work, `${name(path)}.frag.mp4`);
    await ffmpeg(["-i", path, "-c", "copy", "-fflags", "+bitexact", "-movflags", "frag_every_frame+empty_moov+default_base_moof", fragmented]);
    tracks.push({ name: name(path), track: readFragmented(await readFile(fragmented)) });
  }
  return writeMuxl(tracks, folder);
}

async function writeMasterOf(scene: Scene, written: Written[], folder: string): Promise<void> {
  const count = scene.renditions.length;
  const audios: (MasterAudio & { peak: number; average: number })[] = written
    .slice(count)
    .map((track) => ({ uri: `${track.name}.m3u8`, codec: codecString(track.init), ...rates(track.segments) }));
  // A rendition's rate counts the most costly audio with it (RFC 8216, 4.3.4.2).
  const [peak, average] = [Math.max(...audios.map((one) => one.peak)), Math.max(...audios.map((one) => one.average))];
  const videos: MasterVideo[] = written.slice(0, count).map((track, i) => {
    const own = rates(track.segments);
    const { width, height } = scene.renditions[i]!;
    return { uri: `${track.name}.m3u8`, codec: codecString(track.init), width, height, fps: scene.fps, peak: own.peak + peak, average: own.average + average };
  });
  await writeFile(join(folder, "master.m3u8"), writeMaster(videos, audios));
}

/** Lays the encoded tracks out in `folder`, with their playlists. `work` is for files that don't stay. */
export async function layOut(scene: Scene, encoded: Encoded, work: string, folder: string): Promise<void> {
  if (scene.layout === "muxed") return writeMuxed(scene, encoded, folder);
  const written = scene.layout === "muxl" ? await writeInterleaved(encoded, work, folder) : await writeTracks(scene, encoded, folder);
  await writeMasterOf(scene, written, folder);
}
