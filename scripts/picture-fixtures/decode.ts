import { readFile } from "node:fs/promises";
import { ffmpeg, ffprobe } from "../demo-media/ffmpeg.ts";
import type { VideoTrack } from "./mp4/walk.ts";

/** Options of ffmpeg before its input and before its output. */
export type Options = { input?: string[]; output?: string[] };

/** The planes as they are stored. */
export const AS_IT_IS: Options = { input: ["-noautorotate"] };

/** Decodes byte streams of one keyframe each. */
export async function decodeEach(paths: readonly string[], options: Options): Promise<Buffer[]> {
  const pictures: Buffer[] = [];
  for (const path of paths) pictures.push(...(await decode(path, options, 1)));
  return pictures;
}

/** Decodes the keyframes of a file, and gives the bytes of each. Throws when they can't be `count`, or at any message. */
export async function decode(path: string, { input = [], output = [] }: Options, count: number): Promise<Buffer[]> {
  const raw = `${path}.raw`;
  const skip = path.endsWith(".mp4") ? ["-skip_frame", "nokey"] : ["-f", "h264"];
  const exact = ["-threads", "1", "-flags", "unaligned"];
  await ffmpeg([...exact, ...skip, ...input, "-i", path, "-map", "0:v", ...output, "-fps_mode", "passthrough", "-f", "rawvideo", raw], { strict: true });
  const bytes = await readFile(raw);
  const size = bytes.length / count;
  if (!Number.isInteger(size) || size === 0) throw new Error(`${bytes.length} bytes for ${count} keyframes`);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** Compares the shape of pixels, and the places and flags of samples, with what ffmpeg finds. Throws when they differ. */
export async function compareDemuxed(path: string, { samples }: VideoTrack, aspect: [number, number]): Promise<void> {
  const { packets, streams } = await ffprobe(path, "packet=pos,size,flags,stream_index:stream=index,codec_type,sample_aspect_ratio");
  const video = streams.find((one: any) => one.codec_type === "video");
  if (video.sample_aspect_ratio !== aspect.join(":")) throw new Error(`ffmpeg finds pixels of ${video.sample_aspect_ratio}, not ${aspect.join(":")}`);
  const theirs = packets
    .filter((one: any) => one.stream_index === video.index)
    .map((one: any) => ({ offset: Number(one.pos), size: Number(one.size), sync: one.flags.startsWith("K") }));
  const places = (all: { offset: number; size: number; sync: boolean }[]) =>
    all.map(({ offset, size, sync }) => `${offset} ${size} ${sync}`).join("\n");
  if (places(theirs) !== places(samples)) throw new Error(`ffmpeg finds other samples:\n${places(theirs)}\nnot\n${places(samples)}`);
}
