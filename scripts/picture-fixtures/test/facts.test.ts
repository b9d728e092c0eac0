import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { box } from "../../demo-media/mp4/boxes.ts";
import { FOLDER, type Picture, readExpected } from "../expected.ts";
import { BitReader, BitWriter, escape, unescape } from "../h264/bits.ts";
import { isSlice, NAL, split, typeOf } from "../h264/nal.ts";
import { build, intraSlice, parse, pps, sps } from "../h264/syntax.ts";
import { configurationOf } from "../mp4/avcc.ts";

const entries = await readExpected();
const read = (name: string): Buffer => readFileSync(`${FOLDER}${name}.mp4`);

/** Facts that a fixture has its name from. */
const facts: Record<string, Partial<Picture>> = {
  "baseline-cavlc": { profile: "Constrained Baseline", entropy: "cavlc" },
  "main-cabac": { profile: "Main", entropy: "cabac", transform8x8: false },
  "main-cavlc": { profile: "Main", entropy: "cavlc" },
  "high-8x8-cabac": { profile: "High", entropy: "cabac", transform8x8: true },
  "high-8x8-cavlc": { profile: "High", entropy: "cavlc", transform8x8: true },
  "high-no-8x8": { profile: "High", transform8x8: false },
  "several-slices-cabac": { entropy: "cabac", slices: 4 },
  "several-slices-cavlc": { entropy: "cavlc", slices: 8 },
  "slice-per-row": { slices: 6, coded: [160, 96] },
  "cropping-odd": { cropped: [318, 178], coded: [320, 192] },
  "cropping-small": { cropped: [102, 66], coded: [112, 80] },
  "cropping-all-sides": { cropped: [144, 90], coded: [160, 96] },
  "full-range-bt709": { range: "full", matrix: "bt709" },
  "full-range-bt601": { range: "full", matrix: "smpte170m" },
  "bt601-limited": { range: "limited", matrix: "smpte170m" },
  untagged: { matrix: null },
  "bt2020-limited-10bit": { matrix: "bt2020nc", range: "limited", pixFmt: "yuv420p10le", profile: "High 10" },
  "10bit-full-range": { range: "full", pixFmt: "yuv420p10le" },
  "yuv422-8bit": { pixFmt: "yuv422p", profile: "High 4:2:2" },
  "yuv422-10bit": { pixFmt: "yuv422p10le", profile: "High 4:2:2" },
  "interlaced-mbaff": { coding: "mbaff", entropy: "cabac" },
  "interlaced-mbaff-cavlc": { coding: "mbaff", entropy: "cavlc" },
  "field-pictures": { coding: "field", slices: 2, coded: [160, 128] },
  "portrait-native": { cropped: [96, 160] },
  "portrait-rotated-90": { rotation: 90, cropped: [160, 96] },
  "anamorphic-by-vui": { aspect: [4, 3] },
  "anamorphic-by-pasp": { aspect: [4, 3] },
  "hd-1080p": { profile: "High", entropy: "cabac", transform8x8: true, cropped: [1920, 1080], coded: [1920, 1088] },
};

test("fixtures are what they are named after", () => {
  for (const [name, expected] of Object.entries(facts)) {
    const picture = entries.find((entry) => entry.name === name)?.picture;
    assert.deepEqual({ ...picture, ...expected }, picture, name);
  }
});

test("avcC holds, or lacks, what the fixture says", () => {
  const table: Record<string, [lengthSize: number, sps: number, pps: number]> = {
    "high-8x8-cabac": [4, 1, 1],
    "nal-length-2": [2, 1, 1],
    "nal-length-1": [1, 1, 1],
    avc3: [4, 0, 0],
    "avcc-empty": [4, 0, 0],
    "several-parameter-sets": [4, 2, 2],
    "no-pps": [4, 1, 0],
    "no-sps": [4, 0, 1],
  };
  for (const [name, expected] of Object.entries(table)) {
    const { lengthSize, sps, pps } = configurationOf(read(name));
    assert.deepEqual([lengthSize, sps.length, pps.length], expected, name);
  }
});

test("fragments have the flags that the fixture is about", () => {
  const table: Record<string, [tfhd: number, trun: number]> = {
    muxl: [0x2_0000, 0x701],
    "default-sample-size-tfhd": [0x2_0010, 0x501],
    "default-sample-size-trex": [0x2_0000, 0x105],
    "flags-in-tfhd": [0x2_0020, 0x305],
    "data-offset-absent": [1, 0x700],
    "base-data-offset": [1, 0x701],
  };
  for (const [name, expected] of Object.entries(table)) {
    const file = read(name);
    const flags = ["moof/traf/tfhd", "moof/traf/trun"].map((path) => file.readUInt32BE(box(file, path).body) & 0xff_ffff);
    assert.deepEqual(flags, expected, name);
  }
});

test("keyframes are IDR pictures, but for those of an open GOP", () => {
  for (const { name, picture, keyframes, initBytes } of entries.filter(({ refused }) => refused === undefined)) {
    const file = read(name);
    const { lengthSize } = configurationOf(file.subarray(0, initBytes));
    keyframes.forEach(({ offset, size }, i) => {
      const slices = split(file.subarray(offset, offset + size), lengthSize).filter(isSlice).map(typeOf);
      const [first, second] = [name === "open-gop" && i > 0 ? NAL.slice : NAL.idr, picture?.coding === "field" ? NAL.slice : NAL.idr];
      assert.deepEqual(slices, Array.from({ length: slices.length }, (_, nth) => (nth === 0 ? first : second)), `${name} at ${offset}`);
    });
  }
});

test("no sample tells of the encoder's build", () => {
  for (const { name } of entries) assert.ok(!/x264 - core|x265 \(build|Lavc\d/.test(read(name).toString("latin1")), name);
});

test("parameter sets and slice headers that are taken apart and put together are the same", () => {
  for (const { name, picture, keyframes, refused, initBytes } of entries.filter(({ entry }) => entry === "avc1")) {
    const file = read(name);
    const configuration = configurationOf(file.subarray(0, initBytes));
    for (const set of configuration.sps) assert.ok(build(parse(set, sps), sps).equals(set), name);
    for (const set of configuration.pps) assert.ok(build(parse(set, pps), pps).equals(set), name);
    const own = configuration.sps.at(-1);
    // Slices in CABAC end in other bits than the stop bit alone.
    if (picture?.entropy !== "cavlc" || refused !== undefined || !own) continue;
    const { offset, size } = keyframes[0]!;
    for (const nal of split(file.subarray(offset, offset + size), configuration.lengthSize).filter((one) => typeOf(one) === NAL.idr)) {
      const syntax = intraSlice(true, parse(own, sps).values);
      assert.ok(build(parse(nal, syntax), syntax).equals(nal), name);
    }
  }
});

test("bits and emulation prevention", () => {
  const bits = new BitWriter();
  const numbers = [0, 1, 2, 3, 7, 8, 254, 255, 65534, 2 ** 31 - 1];
  for (const number of numbers) bits.ue(number);
  bits.u(32, 0xdead_beef);
  const reader = new BitReader(bits.bytes());
  assert.deepEqual(numbers.map(() => reader.ue()), numbers);
  assert.equal(reader.u(32), 0xdead_beef);
  for (const hex of ["000000", "00000001", "0000030000", "000003", "0000020001", "000000000000"]) {
    const raw = Buffer.from(hex, "hex");
    assert.ok(!/^(..)*?0000(00|01|02)/.test(escape(raw).toString("hex")), hex);
    assert.ok(unescape(escape(raw)).equals(raw), hex);
  }
});
