import { readFile, writeFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { ffmpeg } from "../../demo-media/ffmpeg.ts";
import { words, wrap } from "../../demo-media/mp4/boxes.ts";
import type { Track } from "../../demo-media/mp4/samples.ts";
import { C2PA_UUID, MUXL_LIKE_UUID } from "../../demo-media/package/muxl.ts";
import { encode, inFolder } from "../encode.ts";
import type { Fixture } from "../fixture.ts";
import { join, NAL, split } from "../h264/nal.ts";
import { reconfigure } from "../mp4/avcc.ts";
import type { Style } from "../mp4/fragments.ts";
import { withTrex } from "../mp4/init.ts";
import { soft } from "../source.ts";
import { CARD, HIGH, laidOut } from "./laid-out.ts";

/** Boxes before each GOP in the layout of Streamplace's archives; 6 kB and a few bytes. They hold no signature, only zeros. */
export const MUXL_BOXES: Buffer[] = [
  wrap("uuid", C2PA_UUID, words(0), Buffer.from("manifest\0", "latin1"), Buffer.alloc(6144 - 37)),
  wrap("uuid", MUXL_LIKE_UUID, words(0, 1)),
];

/** The layout of Streamplace's archives: after {@link MUXL_BOXES} a moof of one sample and an mdat per frame. */
export const MUXL: Style = { perMoof: 1, before: MUXL_BOXES };

/** Samples filled up to the size of the largest with a NAL unit of filler data (H.264, 7.3.2.7). */
function evenSizes(track: Track): Track {
  const size = Math.max(...track.samples.map(({ data }) => data.length)) + 8;
  return {
    ...track,
    samples: track.samples.map((sample) => {
      const filler = Buffer.alloc(size - sample.data.length - 4, 0xff);
      filler[0] = NAL.filler;
      filler[filler.length - 1] = 0x80;
      return { ...sample, data: join([...split(sample.data), filler]) };
    }),
  };
}

/** States the size of the first sample, and the flags of one that is no keyframe, as the track's defaults. */
const trexOf = (track: Track): Track => ({ ...track, init: withTrex(track.init, track.samples[0]!.data.length, 0x0101_0000) });

/** Rewrites NAL lengths to fewer bytes. */
const withLengthSize = (lengthSize: number) => (track: Track): Track => ({
  ...track,
  init: reconfigure(track.init, () => ({ lengthSize })),
  samples: track.samples.map((sample) => ({ ...sample, data: join(split(sample.data), lengthSize) })),
});

/** Video and audio in one file, as ffmpeg's HLS muxer writes it: the initialisation segment, then a moof with both tracks per segment. */
function hls(): Promise<Buffer> {
  return inFolder(async (folder) => {
    const video = await encode({ ...CARD, rate: 10, frames: 10, gop: 5 });
    await writeFile(joinPath(folder, "video.mp4"), video);
    const audio = ["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000:duration=1", "-map", "0", "-map", "1", "-c:v", "copy", "-c:a", "aac", "-b:a", "32k"];
    const exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-threads", "1"];
    const out = ["-f", "hls", "-hls_segment_type", "fmp4", "-hls_flags", "single_file", "-hls_playlist_type", "vod", "-hls_time", "0.5", "out.m3u8"];
    await ffmpeg(["-i", "video.mp4", ...audio, ...exact, ...out], { cwd: folder });
    return readFile(joinPath(folder, "out.m4s"));
  });
}

/** How samples lie in a file. */
export const container: Fixture[] = [
  { name: "audio-and-video", shows: "two tracks in each moof, as ffmpeg's HLS muxer writes them", make: hls },
  laidOut("muxl", "two uuid boxes, then a moof of one sample for each frame; parameter sets in band too", MUXL, { ...HIGH, x264: "repeat-headers=1" }),
  laidOut("wide-mdat", "mdat with a 64-bit size", { wideData: true }),
  laidOut("boxes-before-moof", "styp, free and emsg before each moof", {
    before: [wrap("styp", Buffer.from("msdh\0\0\0\0msdhmsix", "latin1")), wrap("free", Buffer.alloc(100)), wrap("emsg", Buffer.from("\0\0\0\0urn:x\0\0", "latin1"), words(1000, 0, 0, 1))],
  }),
  laidOut("default-sample-size-tfhd", "sizes as the fragment's default", { perMoof: 1, size: "tfhd" }),
  laidOut("default-sample-size-trex", "sizes and flags as the track's default, all samples the same size", { size: "trex", flags: "trex" }, HIGH, (track) => trexOf(evenSizes(track))),
  laidOut("flags-in-tfhd", "flags as the fragment's default, the keyframe's own as first_sample_flags", { flags: "tfhd" }),
  laidOut("data-offset-absent", "base-data-offset alone tells where the data are", { base: "file", dataOffset: "none" }),
  laidOut("base-data-offset", "a base-data-offset and a data offset", { base: "file" }),
  laidOut("several-runs", "two samples in each trun", { perRun: 2 }, { ...HIGH, frames: 10, gop: 5, bFrames: 2 }),
  { ...laidOut("several-runs-one-offset", "two samples in each trun, only the first of which has a data offset", { perRun: 2, dataOffset: "first" }, CARD), misplaced: true },
  laidOut("keyframe-within-moof", "one moof for both GOPs, in runs of two samples", { perRun: 2, pastKeyframes: true }, CARD),
  {
    name: "no-default-base",
    shows: "offsets as ffmpeg writes them without default_base_moof",
    make: () => encode({ ...HIGH, movflags: "empty_moov+frag_keyframe" }),
  },
  {
    name: "negative-composition-offsets",
    shows: "B frames with negative composition offsets",
    make: () => encode({ ...HIGH, frames: 12, gop: 6, bFrames: 2, movflags: "empty_moov+default_base_moof+frag_keyframe+negative_cts_offsets" }),
  },
  laidOut("nal-length-2", "NAL units behind lengths of two bytes", {}, HIGH, withLengthSize(2)),
  laidOut("nal-length-1", "NAL units behind lengths of one byte", {}, { codec: ["-profile:v", "high", "-crf", "30"], size: "32x32", source: soft }, withLengthSize(1)),
];
