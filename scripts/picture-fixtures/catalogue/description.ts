import { encodeTrack, type Encoding } from "../encode.ts";
import type { Fixture } from "../fixture.ts";
import { changeSamples, changeSps, pairToFields, scalingListsInSps } from "../h264/rewrite.ts";
import { type Configuration, configurationOf, reconfigure } from "../mp4/avcc.ts";
import { retype } from "../mp4/edit.ts";
import { writeFragments } from "../mp4/fragments.ts";
import { turned, withoutPasp, withPasp } from "../mp4/init.ts";
import { soft } from "../source.ts";
import { CARD, HIGH, laidOut, withInit } from "./laid-out.ts";

/** Puts parameter sets before each keyframe; what `avcC` has is up to `change`. */
const inBand = (change: (init: Buffer) => Buffer | Promise<Buffer>) => async (encoding: Encoding): Promise<Buffer> => {
  const track = await encodeTrack(encoding);
  const { sps, pps } = configurationOf(track.init);
  const moved = changeSamples(track, (nals, i) => (track.samples[i]!.keyframe ? [...sps, ...pps, ...nals] : nals));
  return writeFragments({ ...moved, init: await change(track.init) });
};

/** Parameter sets of another size and with CAVLC. */
const otherSets = async (): Promise<Configuration> => configurationOf((await encodeTrack({ size: "96x64", frames: 1, codec: ["-profile:v", "main", "-coder", "vlc"] })).init);

const rotated = (name: string, shows: string, rotation: 90 | 180 | 270): Fixture => ({
  ...laidOut(name, shows, {}, CARD, withInit((init) => turned(init, rotation, 160, 96))),
  rotation,
});

/** What a file says of its picture: parameter sets, rotation, the shape of pixels. */
export const description: Fixture[] = [
  {
    name: "avc3",
    shows: "an avc3 entry whose avcC has no parameter sets; they stand before each keyframe",
    make: () => inBand((init) => retype(reconfigure(init, () => ({ sps: [], pps: [] })), "avc3"))(HIGH),
  },
  {
    name: "avcc-empty",
    shows: "an avc1 entry whose avcC has no parameter sets; they stand before each keyframe",
    make: () => inBand((init) => reconfigure(init, () => ({ sps: [], pps: [] })))(HIGH),
  },
  {
    name: "avcc-differs",
    shows: "parameter sets before each keyframe, and under the same ids others in avcC: of another size, with CAVLC",
    make: async () => {
      const other = await otherSets();
      return inBand((init) => reconfigure(init, () => ({ sps: other.sps, pps: other.pps })))(HIGH);
    },
  },
  {
    name: "several-parameter-sets",
    shows: "sets with the ids 0 and 3 in avcC, of which the pictures use those with 3",
    make: async () => {
      const other = await otherSets();
      const track = await encodeTrack({ ...HIGH, x264: "sps-id=3" });
      return writeFragments({ ...track, init: reconfigure(track.init, ({ sps, pps }) => ({ sps: [...other.sps, ...sps], pps: [...other.pps, ...pps] })) });
    },
  },
  laidOut("high-no-8x8", "High, without the 8x8 transform", {}, { codec: ["-profile:v", "main"] }, withInit((init) =>
    changeSps(init, () => ({ profile_idc: 100, constraint_flags: 0, chroma_format_idc: 1, bit_depth_luma_minus8: 0, bit_depth_chroma_minus8: 0, qpprime_y_zero_transform_bypass_flag: 0, seq_scaling_matrix_present_flag: 0 })),
  )),
  laidOut("scaling-lists-sps", "the default scaling lists, by the SPS", {}, { ...HIGH, x264: "cqm=jvt" }, withInit(scalingListsInSps)),
  laidOut("field-pictures", "two field pictures in each sample (CAVLC, 8x8 transform); see h264/rewrite.ts for what they show", {}, {
    codec: ["-profile:v", "high", "-coder", "vlc"], source: soft, size: "160x64", gop: 1,
  }, pairToFields),
  rotated("portrait-rotated-90", "to be turned clockwise by 90 degrees (display matrix of tkhd)", 90),
  rotated("upside-down-180", "to be turned by 180 degrees", 180),
  rotated("portrait-rotated-270", "to be turned clockwise by 270 degrees", 270),
  { ...laidOut("anamorphic-by-vui", "pixels of 4:3, which the SPS alone says", {}, { ...CARD, x264: "sar=4/3" }, withInit(withoutPasp)), aspect: [4, 3] },
  { ...laidOut("anamorphic-by-pasp", "pixels of 4:3, which the container alone says", {}, CARD, withInit((init) => withPasp(init, 4, 3))), aspect: [4, 3] },
];
