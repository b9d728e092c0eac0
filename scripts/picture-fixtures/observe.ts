import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ffprobe } from "../demo-media/ffmpeg.ts";
import { cells, rgbOf } from "./colours.ts";
import { AS_IT_IS, compareDemuxed, decode, decodeEach } from "./decode.ts";
import { inFolder } from "./encode.ts";
import type { Entry, Keyframe, Picture } from "./expected.ts";
import type { Fixture } from "./fixture.ts";
import { annexB, isSlice, NAL, split, typeOf } from "./h264/nal.ts";
import { parse, pps, sps } from "./h264/syntax.ts";
import { configurationOf } from "./mp4/avcc.ts";
import { type VideoTrack, walk } from "./mp4/walk.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Finds a fixture's keyframes, and has ffmpeg decode them. Throws when ffmpeg complains, or when two ways to decode one differ. */
export async function observe(fixture: Fixture, file: Buffer): Promise<Entry> {
  const track = walk(file);
  const sync = track.samples.filter((sample) => sample.sync);
  const keyframes: Keyframe[] = sync.map(({ offset, size, shown }) => ({
    offset,
    size,
    timeUs: Math.floor((shown * 1_000_000) / track.timescale),
    sample: sha256(file.subarray(offset, offset + size)),
  }));
  const { name, shows, refused } = fixture;
  const entry: Entry = {
    name, shows, ...(refused !== undefined && { refused }), bytes: file.length, file: sha256(file), initBytes: track.initBytes, entry: track.entry, keyframes,
  };
  return refused === undefined ? inFolder((folder) => withPictures(fixture, file, track, entry, folder)) : entry;
}

async function withPictures(fixture: Fixture, file: Buffer, track: VideoTrack, entry: Entry, folder: string): Promise<Entry> {
  const path = join(folder, "clip.mp4");
  await writeFile(path, file);
  const alone = await writeAlone(file, track, entry.keyframes, folder);
  const picture = await describe(alone[0]!, file, track, fixture);
  const planes = await decodeEach(alone, AS_IT_IS);
  if (!fixture.misplaced) {
    await compareDemuxed(path, track, picture.aspect);
    const together = await decode(path, AS_IT_IS, entry.keyframes.length);
    planes.forEach((one, i) => {
      if (!one.equals(together[i]!)) throw new Error(`keyframe ${i} decodes otherwise by itself`);
    });
  }
  const upright = fixture.rotation ? await decode(path, {}, entry.keyframes.length) : undefined;
  const toRgb = { input: ["-v", "error"], output: ["-vf", rgbOf(picture)] };
  const rgb = fixture.misplaced ? await decodeEach(alone, toRgb) : await decode(path, toRgb, entry.keyframes.length);
  const [width, height] = picture.rotation % 180 === 0 ? picture.cropped : picture.cropped.toReversed();
  const { keyframes: found, ...facts } = entry;
  const keyframes = found.map((keyframe, i) => ({
    ...keyframe,
    planes: sha256(planes[i]!),
    ...(upright && { uprightPlanes: sha256(upright[i]!) }),
    cells: cells(rgb[i]!, width!, height!),
  }));
  return { ...facts, picture, keyframes };
}

/** A byte stream of its own for each keyframe, after the parameter sets of `avcC`. Gives the paths. */
async function writeAlone(file: Buffer, { initBytes }: VideoTrack, keyframes: readonly Keyframe[], folder: string): Promise<string[]> {
  const { sps, pps, lengthSize } = configurationOf(file.subarray(0, initBytes));
  const paths = keyframes.map((_, i) => join(folder, `${i}.264`));
  for (const [i, { offset, size }] of keyframes.entries()) {
    await writeFile(paths[i]!, annexB([...sps, ...pps, ...split(file.subarray(offset, offset + size), lengthSize)]));
  }
  return paths;
}

/** The facts of the first keyframe, whose byte stream is at `path`. */
async function describe(path: string, file: Buffer, { initBytes, samples }: VideoTrack, { aspect, rotation }: Fixture): Promise<Picture> {
  const { streams } = await ffprobe(path, "stream=profile,level,width,height,pix_fmt,color_range,color_space");
  const [stream] = streams;
  const { sps: ownSps, pps: ownPps, lengthSize } = configurationOf(file.subarray(0, initBytes));
  const { offset, size } = samples.find(({ sync }) => sync)!;
  const nals = split(file.subarray(offset, offset + size), lengthSize);
  // What stands in band is what counts, and of several sets in avcC ours use the last.
  const set = parse([...ownSps, ...nals.filter((nal) => typeOf(nal) === NAL.sps)].at(-1)!, sps).values;
  const params = parse([...ownPps, ...nals.filter((nal) => typeOf(nal) === NAL.pps)].at(-1)!, pps);
  const frames = set["frame_mbs_only_flag"] === 1;
  return {
    profile: stream.profile,
    level: stream.level,
    entropy: params.values["entropy_coding_mode_flag"] === 1 ? "cabac" : "cavlc",
    transform8x8: params.rest[0] === 1,
    coding: frames ? "frame" : set["mb_adaptive_frame_field_flag"] === 1 ? "mbaff" : "field",
    slices: nals.filter(isSlice).length,
    coded: [16 * (set["pic_width_in_mbs_minus1"]! + 1), 16 * (set["pic_height_in_map_units_minus1"]! + 1) * (frames ? 1 : 2)],
    cropped: [stream.width, stream.height],
    pixFmt: stream.pix_fmt,
    range: stream.color_range === "pc" ? "full" : "limited",
    matrix: stream.color_space ?? null,
    aspect: aspect ?? [1, 1],
    rotation: rotation ?? 0,
  };
}
