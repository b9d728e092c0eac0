import type { Track } from "../../demo-media/mp4/samples.ts";
import { encode, encodeTrack, type Encoding } from "../encode.ts";
import type { Fixture } from "../fixture.ts";
import { isSlice } from "../h264/nal.ts";
import { changeSamples, changeSps } from "../h264/rewrite.ts";
import { reconfigure } from "../mp4/avcc.ts";
import { writeFragments } from "../mp4/fragments.ts";
import { walk } from "../mp4/walk.ts";
import { busy } from "../source.ts";

const HIGH: Encoding = { codec: ["-profile:v", "high"] };
const SLICES: Encoding = { ...HIGH, x264: "slices=4" };
const SMALL: Encoding = { size: "96x64", frames: 2, gop: 1, source: busy };

const damaged = (name: string, shows: string, refused: string, encoding: Encoding, change: (track: Track) => Track): Fixture => ({
  name,
  shows,
  refused,
  make: async () => writeFragments(change(await encodeTrack(encoding))),
});

/** Changes the list of slices of each sample. */
const slices = (change: (slices: Buffer[]) => Buffer[]) => (track: Track): Track =>
  changeSamples(track, (nals) => [...nals.filter((nal) => !isSlice(nal)), ...change(nals.filter(isSlice))]);

/** Overwrites the middle third of each slice with a pattern that has no emulation prevention to mind. */
const overwritten = slices((all) =>
  all.map((slice) => {
    const third = Math.floor(slice.length / 3);
    const copy = Buffer.from(slice);
    for (let i = third; i < 2 * third; i++) copy[i] = 0x40 + ((i * 37) % 0xb0);
    return copy;
  }),
);

const other = (name: string, shows: string, refused: string, encoding: Encoding): Fixture => ({ name, shows, refused, make: () => encode({ ...SMALL, ...encoding }) });

/** What gives no picture, each for its own reason. */
export const refusals: Fixture[] = [
  other("lossless", "High 4:4:4 Predictive, transform bypass, 4:2:0", "lossless", { codec: ["-qp", "0"] }),
  other("yuv444", "High 4:4:4 Predictive", "chroma 4:4:4", { pixFmt: "yuv444p" }),
  other("hevc", "HEVC", "codec hvc1", { encoder: ["libx265", "-preset", "ultrafast", "-x265-params", "info=0:pools=none:frame-threads=1:log-level=error", "-tag:v", "hvc1"] }),
  other("av1", "AV1", "codec av01", { encoder: ["libaom-av1", "-cpu-used", "8", "-crf", "40", "-row-mt", "0"] }),
  other("vp9", "VP9", "codec vp09", { encoder: ["libvpx-vp9", "-cpu-used", "8", "-crf", "40", "-b:v", "0", "-row-mt", "0"] }),
  damaged("no-keyframe", "P frames alone", "no keyframe", HIGH, (track) => ({ ...track, samples: track.samples.filter(({ keyframe }) => !keyframe) })),
  {
    name: "truncated",
    shows: "a file that ends in the middle of its keyframe",
    refused: "truncated",
    make: async () => {
      const whole = await encode(HIGH);
      const { offset, size } = walk(whole).samples[0]!;
      return whole.subarray(0, offset + (size >> 1));
    },
  },
  damaged("slice-cut", "a slice cut in half, the lengths telling so", "slice data end early", HIGH, slices((all) => all.map((slice) => slice.subarray(0, slice.length >> 1)))),
  damaged("missing-slice", "the second of four slices taken out", "missing macroblocks", SLICES, slices(([first, , ...more]) => [first!, ...more])),
  damaged("missing-last-slice", "the last of four slices taken out", "missing macroblocks", SLICES, slices((all) => all.slice(0, -1))),
  damaged("missing-first-slice", "the first of four slices taken out", "missing macroblocks", SLICES, slices((all) => all.slice(1))),
  damaged("swapped-slices", "the second and third of four slices in each other's place", "slice order", SLICES, slices(([a, b, c, ...more]) => [a!, c!, b!, ...more])),
  damaged("repeated-slice", "the second of four slices there twice", "slice order", SLICES, slices(([a, b, ...more]) => [a!, b!, b!, ...more])),
  damaged("corrupted-cabac", "bytes in the middle of the slice overwritten, CABAC", "corrupt slice data", HIGH, overwritten),
  damaged("corrupted-cavlc", "bytes in the middle of the slice overwritten, CAVLC", "corrupt slice data", { codec: ["-profile:v", "high", "-coder", "vlc"] }, overwritten),
  damaged("no-slice", "keyframes without a slice", "no slice", HIGH, slices(() => [Buffer.from([9, 0x10])])),
  damaged("no-pps", "an SPS and no PPS", "no PPS", HIGH, (track) => ({ ...track, init: reconfigure(track.init, () => ({ pps: [] })) })),
  damaged("no-sps", "a PPS and no SPS", "no SPS", HIGH, (track) => ({ ...track, init: reconfigure(track.init, () => ({ sps: [] })) })),
  damaged("sps-16384", "an SPS of 16384x16384", "picture too large", HIGH, (track) => ({
    ...track,
    init: changeSps(track.init, () => ({ level_idc: 62, pic_width_in_mbs_minus1: 1023, pic_height_in_map_units_minus1: 1023 })),
  })),
];
