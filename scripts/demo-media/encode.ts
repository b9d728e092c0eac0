import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ffmpeg } from "./ffmpeg.ts";
import { wav } from "./music/wav.ts";
import type { AudioTrack, Painter, Rendition, Scene } from "./scene.ts";

const BT709 = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"];
const TO_YUV = "scale=flags=lanczos+accurate_rnd+full_chroma_int:out_color_matrix=bt709:out_range=tv,format=yuv420p";
const EXACT = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact"];

function* paint(painter: Painter, bytes: number, scene: Scene): Generator<Uint8Array> {
  for (let index = 0; index < Math.round(scene.seconds * scene.fps); index++) {
    const pixels = new Uint8Array(bytes);
    painter(pixels, index / scene.fps);
    yield pixels;
  }
}

/** Plays the scene's music into a WAVE file. Returns its path. */
export async function playMusic(scene: Scene, folder: string): Promise<string> {
  const path = join(folder, "music.wav");
  await writeFile(path, wav(scene.music(scene.seconds)));
  return path;
}

/** Draws all frames once, without loss, at the size of the best rendition. Returns the file's path. */
export async function drawPicture(scene: Scene, music: string, folder: string): Promise<string> {
  const path = join(folder, "picture.mkv");
  const lossless = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-threads", "1", ...BT709, path];
  const { width, height } = scene.renditions[0]!;
  const { picture } = scene;
  if (picture.kind === "graph") {
    const graph = `${picture.graph};[v]scale=${width}:${height},setsar=1,${TO_YUV}[out]`;
    await ffmpeg(["-i", music, "-filter_complex_threads", "1", "-filter_complex", graph, "-map", "[out]", "-t", `${scene.seconds}`, "-r", `${scene.fps}`, ...lossless]);
  } else {
    const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", `${picture.width}x${picture.height}`, "-framerate", `${scene.fps}`, "-i", "-"];
    const filters = [`scale=${width}:${height}:flags=bicubic`, picture.finish, "setsar=1", TO_YUV].filter(Boolean).join(",");
    const frames = paint(picture.painter(picture.width, picture.height), picture.width * picture.height * 3, scene);
    await ffmpeg([...raw, "-vf", filters, ...lossless], { frames });
  }
  return path;
}

/** Encodes one rendition: closed GOPs of constant length, SPS and PPS in band before every keyframe, no SEI. Returns an MP4's path. */
export async function encodeVideo(scene: Scene, picture: string, rendition: Rendition, folder: string): Promise<string> {
  const path = join(folder, `video-${Math.min(rendition.width, rendition.height)}.mp4`);
  const gop = Math.round(scene.gopSeconds * scene.fps);
  await ffmpeg([
    "-i", picture,
    "-vf", `scale=${rendition.width}:${rendition.height}:flags=lanczos,format=yuv420p`,
    "-c:v", "libx264", "-preset", "slow", "-refs", "3", "-threads", "1", "-profile:v", rendition.profile, "-crf", `${rendition.crf}`,
    "-g", `${gop}`, "-keyint_min", `${gop}`, "-sc_threshold", "0", "-bf", `${rendition.bFrames}`,
    "-x264-params", "repeat-headers=1:open-gop=0:aq-mode=3:psy-rd=0.4,0:deblock=1,1",
    "-bsf:v", "filter_units=remove_types=6", ...BT709, ...EXACT, "-video_track_timescale", `${scene.fps * 1000}`, path,
  ]);
  return path;
}

/** Encodes the music. Returns an MP4's path. */
export async function encodeAudio(track: AudioTrack, music: string, folder: string): Promise<string> {
  const path = join(folder, `audio-${track.codec}.mp4`);
  const codec = track.codec === "aac" ? ["-c:a", "aac"] : ["-c:a", "libopus", "-frame_duration", "20"];
  await ffmpeg(["-i", music, ...codec, "-b:a", `${track.kbps}k`, "-ar", "48000", "-ac", "2", ...EXACT, path]);
  return path;
}

/** Draws the frames at `times` (seconds) only, as PNG files. Returns their paths. */
export async function drawStills(scene: Scene, times: number[], music: string, folder: string): Promise<string[]> {
  const { picture } = scene;
  const { width, height } = scene.renditions[0]!;
  const paths: string[] = [];
  for (const time of times) {
    const path = join(folder, `${scene.slug}-${time}.png`);
    if (picture.kind === "graph") {
      await ffmpeg(["-i", music, "-filter_complex", `${picture.graph};[v]scale=${width}:${height}[out]`, "-map", "[out]", "-ss", `${time}`, "-frames:v", "1", path]);
    } else {
      const pixels = new Uint8Array(picture.width * picture.height * 3);
      picture.painter(picture.width, picture.height)(pixels, time);
      const filters = [`scale=${width}:${height}:flags=bicubic,setpts=PTS+${time}/TB`, picture.finish].filter(Boolean).join(",");
      await ffmpeg(["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", `${picture.width}x${picture.height}`, "-i", "-", "-vf", filters, "-fps_mode", "passthrough", "-frames:v", "1", path], { frames: [pixels] });
    }
    paths.push(path);
  }
  return paths;
}
